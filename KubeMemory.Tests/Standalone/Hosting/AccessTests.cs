using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.Tests.Standalone.Import;
using KubeMemory.Tests.Web.Browser;
using KubeMemory.Tests.Web.SignIn;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.Standalone.Hosting;

/// <summary>Who may do what in Standalone, as a process of its own.</summary>
public sealed class AccessTests(BrowserFixture browser)
{
    private const string FreePorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    private static readonly (string, string)[] ApiKeyMode =
    [
        ("KubeMemory__Access__Mode", "ApiKey"),
        ("KubeMemory__Access__Keys__0__Name", "otto"),
        ("KubeMemory__Access__Keys__0__Key", Settings.OperatorKey),
        ("KubeMemory__Access__Keys__0__Role", "operator"),
        ("KubeMemory__Access__Keys__1__Name", "vera"),
        ("KubeMemory__Access__Keys__1__Key", Settings.ViewerKey),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_OfTheConsole_LetsOneResolve_AndTheAuditLogNamesThem()
    {
        using var home = new TemporaryFolder();
        Assert.Equal(0, (await StandaloneProcess.RunAsync(home, "import", ImportTests.OwnBundle, "--data", home.PathOf("data"))).ExitCode);
        await using var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts);
        var dashboard = await process.WaitForAddressAsync("Dashboard");
        var link = await process.WaitForSignInLinkAsync();
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };
        var incident = await FirstIncidentAsync(api);
        await using var session = await browser.OpenAsync(dashboard);

        await session.GoAsync($"/incidents/{incident}");
        await Expect(session.At("status-select")).ToBeDisabledAsync();
        await session.SignInAsync(link);
        await session.GoAsync($"/incidents/{incident}");
        await session.At("status-select").SelectOptionAsync("resolved");
        await session.Page.Locator("#timeline").GetByText("→ resolved").First.WaitForAsync();

        using var asked = new HttpRequestMessage(HttpMethod.Patch, $"/api/incidents/{incident}") { Content = JsonContent.Create(new { status = "open" }) };
        using var refused = await api.SendAsync(asked, Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        api.DefaultRequestHeaders.Add("X-Api-Key", (await File.ReadAllTextAsync(home.PathOf("data/api-key"), Cancelled)).Trim());
        var audit = JsonNode.Parse(await api.GetStringAsync(new Uri("/api/audit", UriKind.Relative), Cancelled))!;
        var entry = audit["results"]!.AsArray().Single(entry => (string?)entry!["target"] == $"/api/incidents/{incident}" && (int?)entry["status"] == 200)!;
        Assert.Equal("local", (string?)entry["user"]);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task SignIn_SurvivesARestart_AndTheOldLinkIsSaidToBeOld()
    {
        using var home = new TemporaryFolder();
        Uri link, address;
        CookieCollection cookies;
        await using (var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts))
        {
            address = await process.WaitForAddressAsync("Dashboard");
            link = await process.WaitForSignInLinkAsync();
            using var first = new DashboardClient(address);
            (await first.GetAsync(link.PathAndQuery)).Dispose();
            Assert.Equal("local operator", await first.WhoAsync());
            cookies = first.Cookies.GetCookies(address);
            // The token is on the console, once, and in nothing that is kept.
            Assert.Single(process.Output.Split('\n'), line => line.Contains(link.Query, StringComparison.Ordinal));
        }

        await using var again = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts);
        address = await again.WaitForAddressAsync("Dashboard");
        using var second = new DashboardClient(address);
        Assert.Equal("/login?said=link", await second.FollowAsync(link.PathAndQuery));
        second.Cookies.Add(address, cookies);
        Assert.Equal("local operator", await second.WhoAsync());
        Assert.NotEqual(link.Query, (await again.WaitForSignInLinkAsync()).Query);
    }

    [Fact]
    public async Task ModeApiKey_ListensWider_AsksEverybody_AndTheDashboardReachesTheApi()
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, ApiKeyMode, "--demo", "--demo-speed", "60", "--data", home.PathOf("data"), "--urls", "http://+:0;http://0.0.0.0:0");
        var dashboard = await process.WaitForAddressAsync("Dashboard");
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };
        Assert.DoesNotContain("Sign in ", process.Output, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync(new Uri("/api/status", UriKind.Relative), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(new Uri("/alive", UriKind.Relative), Cancelled)).StatusCode);
        await using var session = await browser.OpenAsync(dashboard);
        await session.Page.GotoAsync("/");
        await session.At("sign-in-key").FillAsync(Settings.ViewerKey);
        await session.At("sign-in-submit").ClickAsync();
        await session.InteractiveAsync();
        await session.At("incident-row").First.WaitForAsync(new() { Timeout = 60_000 });
        await Expect(session.At("who")).ToContainTextAsync("vera");
        Assert.False(File.Exists(home.PathOf("data/demo/api-key")));
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Reindex_ByARunningApi_ShowsTheKeyOfTheDataFolder()
    {
        using var home = new TemporaryFolder();
        Assert.Equal(0, (await StandaloneProcess.RunAsync(home, "import", ImportTests.OwnBundle, "--data", home.PathOf("data"))).ExitCode);
        await using var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", FreePorts);
        var api = (await process.WaitForAddressAsync("API")).GetLeftPart(UriPartial.Authority);

        var own = await StandaloneProcess.RunAsync(home, "reindex", "graph", "--data", home.PathOf("data"), "--api", api);
        Assert.Equal((0, ""), (own.ExitCode, string.Join('\n', own.Error.Split('\n').Where(line => line.Contains("API", StringComparison.Ordinal)))));
        var wrong = await StandaloneProcess.RunAsync(home, "reindex", "graph", "--data", home.PathOf("data"), "--api", api, "--api-key", "a-wrong-key");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("wants an operator's key to do this: give it with --api-key or KUBEMEMORY_API_KEY.", wrong.Error, StringComparison.Ordinal);
        await using var named = StandaloneProcess.Start(
            home, [("KUBEMEMORY_API_KEY", (await File.ReadAllTextAsync(home.PathOf("data/api-key"), Cancelled)).Trim())], "reindex", "graph", "--data", home.PathOf("elsewhere"), "--api", api);
        Assert.Equal(0, await named.WaitForExitAsync());
    }

    private static async Task<long> FirstIncidentAsync(HttpClient api)
    {
        var page = JsonNode.Parse(await api.GetStringAsync(new Uri("/api/incidents/?status=open,investigating,stale", UriKind.Relative), Cancelled))!;
        return (long)page["results"]![0]!["id"]!;
    }
}
