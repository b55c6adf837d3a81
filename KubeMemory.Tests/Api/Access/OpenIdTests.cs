using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using KubeMemory.Tests.Access;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

/// <summary>Tokens of an identity provider at the API.</summary>
public sealed class OpenIdTests
{
    private static readonly OpenIdPerson Ada = new("ada", "kubememory-operator");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_SaysWhoItWas()
    {
        await using var provider = await OpenIdServer.StartAsync();
        await using var api = await StartAsync(provider);

        var status = await PatchAsync(api, await provider.TokenAsync(new OpenIdPerson("ada\u202E", "kubememory-operator")));
        Assert.Equal(HttpStatusCode.OK, status);
        await PatchAsync(api, await provider.TokenAsync(new OpenIdPerson("local", "kubememory-operator")));

        Assert.Equal(["ada\uFFFD", "person 'local'"], api.Audit.Items.Select(item => item.Entry.User));
    }

    [Fact]
    public async Task Token_OfYesterday_IsRefused()
    {
        await using var provider = await OpenIdServer.StartAsync(new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-1)));
        await using var api = await StartAsync(provider);

        await AssertRefusedAsync(api, await provider.TokenAsync(Ada));
    }

    [Fact]
    public async Task Token_ForSignInAlone_IsRefused()
    {
        await using var provider = await OpenIdServer.StartAsync();
        await using var api = await StartAsync(provider);

        var tokens = await SignInAsync(provider);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(api, (string)tokens["access_token"]!));
        await AssertRefusedAsync(api, (string)tokens["id_token"]!);
    }

    [Fact]
    public async Task Token_Forged_IsRefused()
    {
        await using var provider = await OpenIdServer.StartAsync();
        await using var api = await StartAsync(provider);
        var good = await provider.TokenAsync(Ada);
        var parts = good.Split('.');
        using var http = new HttpClient { BaseAddress = provider.Authority };
        var keys = await http.GetStringAsync(new Uri(".well-known/jwks", UriKind.Relative), Cancelled);

        await AssertRefusedAsync(api, $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.");
        // The public key, which everybody has, taken for a shared secret.
        var body = $"{Encode("""{"alg":"HS256","typ":"JWT"}""")}.{parts[1]}";
        await AssertRefusedAsync(api, $"{body}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes((string)JsonNode.Parse(keys)!["keys"]![0]!["n"]!), Encoding.ASCII.GetBytes(body)))}");
        await AssertRefusedAsync(api, $"{parts[0]}.{Encode(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("ada", "eve", StringComparison.Ordinal))}.{parts[2]}");
        await AssertRefusedAsync(api, "a.b.c");
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(api, good));
    }

    [Fact]
    public async Task Provider_ThatDoesNotAnswer_Is503_AndKeysGoOn()
    {
        var provider = await OpenIdServer.StartAsync();
        var token = await provider.TokenAsync(Ada);
        await using var api = await StartAsync(provider);
        await provider.DisposeAsync();

        var (response, body) = await api.SendAsync(HttpMethod.Get, "/api/status", headers: ("Authorization", $"Bearer {token}"));
        var (withKey, _) = await api.SendAsync(HttpMethod.Get, "/api/status", headers: ("Authorization", $"Bearer {TestKeys.Viewer}"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("identity provider", (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, withKey.StatusCode);
    }

    private static async Task<ApiHost> StartAsync(OpenIdServer provider)
    {
        var api = await ApiHost.StartAsync(null, [.. provider.Settings(), .. TestKeys.Settings]);
        api.Incidents.Add(Samples.Incident(1));
        return api;
    }

    private static async Task AssertRefusedAsync(ApiHost api, string token)
    {
        var (response, body) = await api.SendAsync(HttpMethod.Get, "/api/status", headers: ("Authorization", $"Bearer {token}"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("The token is not valid here", (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Contains("invalid_token", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> PatchAsync(ApiHost api, string token) =>
        (await api.SendAsync(HttpMethod.Patch, "/api/incidents/1", """{"status":"resolved"}""", ("Authorization", $"Bearer {token}"))).Response.StatusCode;

    /// <summary>As the dashboard does: authorization code with PKCE.</summary>
    private static async Task<JsonNode> SignInAsync(OpenIdServer provider)
    {
        const string Back = "http://localhost/login/callback";
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = provider.Authority };
        using var sent = await http.GetAsync(
            new Uri($"connect/authorize?response_type=code&client_id={OpenIdServer.ClientId}&redirect_uri={Uri.EscapeDataString(Back)}&scope=openid&code_challenge={challenge}&code_challenge_method=S256", UriKind.Relative), Cancelled);
        var code = HttpUtility.ParseQueryString(sent.Headers.Location!.Query)["code"]!;
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("client_id", OpenIdServer.ClientId), new("client_secret", OpenIdServer.ClientSecret),
            new("code", code), new("redirect_uri", Back), new("code_verifier", verifier),
        ]);
        using var answer = await http.PostAsync(new Uri("connect/token", UriKind.Relative), form, Cancelled);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!;
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
