using System.Net;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Web.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

public sealed class SignInEndpointsTests : IAsyncLifetime
{
    private FakeApi _api = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _api = await FakeApi.StartAsync(FakeIncidents.Many(3));

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Link_OfThisStart_SignsInOnceAndLeavesNoSecretInTheAddress()
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        using var client = new DashboardClient(host.Address);
        Assert.Null(await client.WhoAsync());

        using var answer = await client.GetAsync(host.SignInLink.PathAndQuery + "&return=%2Fincidents%2F2");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/incidents/2", answer.Headers.Location!.ToString());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("local operator", await client.WhoAsync());

        // By whoever came in by it, again: nothing is wrong. By somebody else: it says what to do.
        Assert.Equal("/incidents", await client.FollowAsync(host.SignInLink.PathAndQuery));
        using var other = new DashboardClient(host.Address);
        var refused = await other.FollowAsync(host.SignInLink.PathAndQuery);
        Assert.Equal("/login?said=link", refused);
        var said = (await other.ReadAsync(refused)).Text;
        Assert.Contains("Open the link of the last start, or type the key of the file below.", said, StringComparison.Ordinal);
        Assert.Contains($">{LocalAccess.KeyFile.Value}<", said, StringComparison.Ordinal);
        Assert.Null(await other.WhoAsync());
    }

    [Fact]
    public async Task Cookie_IsHiddenFromScriptsStrictAndLasts()
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        using var client = new DashboardClient(host.Address);

        using var answer = await client.GetAsync(host.SignInLink.PathAndQuery);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), set => set.StartsWith("kubememory-", StringComparison.Ordinal));
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("; path=/", cookie, StringComparison.Ordinal);
        Assert.Contains("; expires=", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("; domain", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_OfTheFile_SignsIn_AWrongOneIsSaid()
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        using var client = new DashboardClient(host.Address);

        using (var wrong = await client.SendKeyAsync("not the key", "/incidents/3"))
        {
            Assert.Equal("/login?said=key&return=%2Fincidents%2F3", wrong.Headers.Location!.ToString());
            Assert.Contains("That is not the key of the file below.", (await client.ReadAsync(wrong.Headers.Location.ToString())).Text, StringComparison.Ordinal);
            Assert.Null(await client.WhoAsync());
        }

        using var right = await client.SendKeyAsync($" {LocalAccess.Key}\n", "/incidents/3");
        Assert.Equal("/incidents/3", right.Headers.Location!.ToString());
        Assert.Equal("local operator", await client.WhoAsync());
    }

    [Fact]
    public async Task Key_WrongManyTimes_MustWait()
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        using var client = new DashboardClient(host.Address);
        for (var i = 0; i < FailedAttempts.PerMinute; i++)
        {
            (await client.SendKeyAsync("wrong")).Dispose();
        }

        using var answer = await client.SendKeyAsync(LocalAccess.Key);

        Assert.Equal("/login?said=wait", answer.Headers.Location!.ToString());
        Assert.Contains("Wait a minute", (await client.ReadAsync("/login?said=wait")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\\evil.example")]
    public async Task Return_ToElsewhere_LeadsToTheStartPage(string back)
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        using var client = new DashboardClient(host.Address);
        var query = "return=" + Uri.EscapeDataString(back);

        Assert.DoesNotContain("evil", (await client.ReadAsync("/login?" + query)).Text, StringComparison.Ordinal);
        using (var typed = await client.SendKeyAsync(LocalAccess.Key, back))
        {
            Assert.Equal("/incidents", typed.Headers.Location!.ToString());
        }

        using var other = new DashboardClient(host.Address);
        Assert.Equal("/incidents", await other.FollowAsync($"{host.SignInLink.PathAndQuery}&{query}"));
        Assert.Equal("/login", await other.FollowAsync($"/login/provider?{query}"));
    }

    [Fact]
    public async Task Forms_WithoutTheirToken_ChangeNothing()
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        using var client = new DashboardClient(host.Address);
        (await client.GetAsync(host.SignInLink.PathAndQuery)).Dispose();

        foreach (var (path, origin, expected) in new[]
        {
            ("/login", null, HttpStatusCode.BadRequest),
            ("/logout", null, HttpStatusCode.BadRequest),
            ("/login", "https://evil.example", HttpStatusCode.Forbidden),
            ("/logout", "https://evil.example", HttpStatusCode.Forbidden),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new("key", LocalAccess.Key)]) };
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await client.Http.SendAsync(request, Cancelled);
            Assert.Equal(expected, answer.StatusCode);
            Assert.DoesNotContain(answer.Headers, header => header.Key == "Set-Cookie" && header.Value.Any(set => set.StartsWith("kubememory-", StringComparison.Ordinal) && !set.Contains("form", StringComparison.Ordinal)));
        }

        Assert.Equal("local operator", await client.WhoAsync());
    }

    [Fact]
    public async Task SignOut_EndsTheSession_AlsoForACopyOfTheCookie()
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        using var client = new DashboardClient(host.Address);
        (await client.GetAsync(host.SignInLink.PathAndQuery)).Dispose();
        using var copy = new DashboardClient(host.Address);
        copy.Cookies.Add(client.Cookies.GetCookies(host.Address));
        Assert.Equal("local operator", await copy.WhoAsync());

        using var answer = await client.SignOutAsync();

        Assert.Equal("/login?said=out", answer.Headers.Location!.ToString());
        Assert.Contains("You are signed out.", (await client.ReadAsync("/login?said=out")).Text, StringComparison.Ordinal);
        Assert.Null(await client.WhoAsync());
        Assert.Null(await copy.WhoAsync());
    }

    [Fact]
    public async Task ModeApiKey_NobodyReads_AndEachKeyHasItsRole()
    {
        _api.ServiceKey = Settings.ServiceKey;
        await using var host = await DashboardHost.StartAsync(_api.Address, settings: Settings.ApiKey());
        using var client = new DashboardClient(host.Address);

        Assert.Equal("/login?return=%2Fincidents%2F2%3Frange%3D1h", await client.FollowAsync("/incidents/2?range=1h"));
        Assert.DoesNotContain("backend-api", (await client.ReadAsync("/login")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/app.css")).Status);
        using (var script = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1"))
        {
            using var refused = await client.Http.SendAsync(script, Cancelled);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        (await client.SendKeyAsync(Settings.ServiceKey)).Dispose();
        Assert.Equal("/login", (await client.FollowAsync("/incidents")).Split('?')[0]);
        using (var seen = await client.SendKeyAsync(Settings.ViewerKey, "/incidents/2"))
        {
            Assert.Equal("/incidents/2", seen.Headers.Location!.ToString());
        }

        Assert.Equal("vera viewer", await client.WhoAsync());
        Assert.Contains("backend-api", (await client.ReadAsync("/incidents")).Text, StringComparison.Ordinal);
        (await client.SignOutAsync()).Dispose();
        (await client.SendKeyAsync(Settings.OperatorKey)).Dispose();
        Assert.Equal("otto operator", await client.WhoAsync());
    }

    [Fact]
    public async Task Cookie_SurvivesARestartAndServesBesideIt_UntilItsKeyIsAnother()
    {
        using var ring = new TemporaryFolder();
        await using var first = await DashboardHost.StartAsync(_api.Address, settings: Settings.ApiKey(), ring: ring);
        using var signedIn = new DashboardClient(first.Address);
        (await signedIn.SendKeyAsync(Settings.OperatorKey)).Dispose();

        async Task<string?> WhoAtAsync(Dictionary<string, string?> settings)
        {
            await using var next = await DashboardHost.StartAsync(_api.Address, settings: settings, ring: ring);
            using var visitor = new DashboardClient(next.Address);
            visitor.Cookies.Add(next.Address, signedIn.Cookies.GetCookies(first.Address));
            return await visitor.WhoAsync();
        }

        Assert.Equal("otto operator", await WhoAtAsync(Settings.ApiKey()));
        Assert.Equal("otto viewer", await WhoAtAsync(Settings.ApiKey(operatorRole: AccessRoles.Viewer)));
        Assert.Null(await WhoAtAsync(new(Settings.ApiKey()) { ["KubeMemory:Access:Keys:1:Key"] = Settings.OperatorKey + "-changed" }));
        Assert.Null(await WhoAtAsync(new(Settings.ApiKey()) { ["KubeMemory:Access:Keys:1:Name"] = "olga" }));
    }

    [Fact]
    public async Task KeyFile_Replaced_EndsEverySignIn()
    {
        using var folder = new TemporaryFolder();
        var file = folder.PathOf("api-key");
        var settings = new Dictionary<string, string?> { [LocalAccess.KeyFile.Key] = file };
        await using var host = await DashboardHost.StartAsync(_api.Address, settings: settings);
        using var client = new DashboardClient(host.Address);
        (await client.GetAsync(host.SignInLink.PathAndQuery)).Dispose();
        Assert.Equal("local operator", await client.WhoAsync());

        File.Delete(file);
        LocalKey.ReadOrCreate(file);

        Assert.Null(await client.WhoAsync());
    }

    [Fact]
    public async Task TwoInstallations_OnOneHost_DoNotSignEachOthersPeopleOut()
    {
        using var folder = new TemporaryFolder();
        await using var one = await DashboardHost.StartAsync(_api.Address);
        await using var two = await DashboardHost.StartAsync(_api.Address, settings: [new(LocalAccess.KeyFile.Key, folder.PathOf("api-key"))]);
        using var client = new DashboardClient(one.Address);
        using var shared = new DashboardClient(two.Address);
        (await client.GetAsync(one.SignInLink.PathAndQuery)).Dispose();

        // A browser sends the cookies of a host to all its ports.
        shared.Cookies.Add(two.Address, client.Cookies.GetCookies(one.Address));
        Assert.Null(await shared.WhoAsync());
        (await shared.GetAsync(two.SignInLink.PathAndQuery)).Dispose();
        Assert.Equal("local operator", await shared.WhoAsync());
        client.Cookies.Add(one.Address, shared.Cookies.GetCookies(two.Address));

        Assert.Equal("local operator", await client.WhoAsync());
    }

    [Fact]
    public async Task ServiceKey_TheApiDoesNotTake_IsSaidOnThePageWithTheSetting()
    {
        _api.ServiceKey = "another-service-key-0123456789-0123456789";
        await using var host = await DashboardHost.StartAsync(_api.Address, settings: Settings.ApiKey());
        using var client = new DashboardClient(host.Address);
        (await client.SendKeyAsync(Settings.ViewerKey)).Dispose();

        var (_, page) = await client.ReadAsync("/incidents");

        Assert.Contains("does not take this dashboard&#x27;s service key. Give both the same KubeMemory:Access:ServiceKey.", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Settings.ServiceKey, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Desk_RemembersSignOutsWithinBounds()
    {
        await using var host = await DashboardHost.StartAsync(_api.Address);
        var desk = host.Services.GetRequiredService<SignInDesk>();
        var last = desk.ByKey(LocalAccess.Key)!;
        for (var i = 0; i < 10_001; i++)
        {
            last = desk.ByKey(LocalAccess.Key)!;
            desk.End(last);
        }

        Assert.Null(desk.Renewed(last));
    }
}
