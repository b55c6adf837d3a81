using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Access;
using Xunit;

namespace KubeMemory.Tests.Api.Access;

/// <summary>What every answer says beside its body, and how often one may ask.</summary>
public sealed class AnswerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/incidents/", 200)]
    [InlineData("/nowhere", 404)]
    [InlineData("/alive", 200)]
    [InlineData("/openapi/v1.json", 200)]
    [InlineData("/api/incidents/?cursor=fault", 500)]
    [InlineData("http://evil.example", 403)]
    public async Task Headers_StandOnEveryAnswer(string path, int status)
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Fault = path.EndsWith("fault", StringComparison.Ordinal) ? new InvalidOperationException("A fault of ours.") : null;

        var (response, _) = await api.SendAsync(HttpMethod.Get, path.StartsWith('/') ? path : "/", headers: [("Host", path.StartsWith('/') ? "localhost" : "evil.example")]);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Stream_KeepsItsOwnCacheControl()
    {
        await using var api = await ApiHost.StartAsync();

        using var response = await api.Http.GetAsync(new Uri("/api/incidents/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);

        Assert.Single(response.Headers.GetValues("Cache-Control"));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Changes_TooMany_MustWait_OfOneCallerAlone()
    {
        await using var api = await ApiHost.StartAsync(null, [("KubeMemory:Access:Mode", "ApiKey"), ("KubeMemory:Access:WritesPerMinute", "2"), .. TestKeys.Settings]);
        api.Incidents.Add(Samples.Incident(1));
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(api, (AccessHeaders.Key, TestKeys.Operator))).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(api, (AccessHeaders.Key, TestKeys.Operator))).Status);

        var third = await ChangeAsync(api, (AccessHeaders.Key, TestKeys.Operator));

        Assert.Equal(HttpStatusCode.TooManyRequests, third.Status);
        Assert.InRange(third.RetryAfter!.Value.TotalSeconds, 1, 60);
        Assert.Contains("WritesPerMinute", (string?)third.Body!["detail"], StringComparison.Ordinal);
        Assert.Equal(2, api.Audit.Items.Count);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/incidents/1", headers: (AccessHeaders.Key, TestKeys.Operator))).Response.StatusCode);
        // Of the service, each person for themselves.
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(api, (AccessHeaders.Key, TestKeys.Service), (AccessHeaders.User, "ada"), (AccessHeaders.Role, AccessRoles.Operator))).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(api, (AccessHeaders.Key, TestKeys.Service), (AccessHeaders.User, "bob"), (AccessHeaders.Role, AccessRoles.Operator))).Status);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(TestKeys.Viewer, true)]
    public async Task Health_OutsideLocal_GivesReasonsToThoseWhoMayRead(string? key, bool says)
    {
        await using var api = await ApiHost.StartAsync(null, [("KubeMemory:Access:Mode", "ApiKey"), .. TestKeys.Settings]);
        api.Incidents.Fault = new IOException("The disk of db-7 is full.");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        if (key is not null)
        {
            request.Headers.Add(AccessHeaders.Key, key);
        }

        using var response = await api.Nobody.SendAsync(request, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("unhealthy", (string?)JsonNode.Parse(text)!["status"]);
        Assert.Equal(says, text.Contains("db-7", StringComparison.Ordinal));
    }

    private static async Task<(HttpStatusCode Status, JsonNode? Body, TimeSpan? RetryAfter)> ChangeAsync(ApiHost api, params (string, string)[] headers)
    {
        var (response, body) = await api.SendAsync(HttpMethod.Patch, "/api/incidents/1", """{"status":"investigating"}""", headers);
        return (response.StatusCode, body, response.Headers.RetryAfter?.Delta);
    }
}
