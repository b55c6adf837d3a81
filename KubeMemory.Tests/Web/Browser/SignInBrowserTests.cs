using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using KubeMemory.Core.Incidents;
using KubeMemory.Tests.Access;
using KubeMemory.Tests.Web.SignIn;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.Web.Browser;

public class SignInBrowserTests(BrowserFixture browser)
{
    private const string Forge = """
        () => {
            const select = document.querySelector('[data-status]');
            select.disabled = false;
            select.value = 'resolved';
            select.dispatchEvent(new Event('change', { bubbles: true }));
        }
        """;

    [Fact]
    public async Task Nobody_Looks_AndCannotActWhateverTheirPageIsMadeToDo()
    {
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1)]);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("status-select")).ToBeDisabledAsync();
        await Expect(session.At("status-why")).ToHaveTextAsync("Sign in to make changes.");
        await session.Page.EvaluateAsync(Forge);
        await Expect(session.At("status-error")).ToContainTextAsync("The status was not changed. Sign in to make changes.");

        await session.GoAsync("/");
        await session.Page.Keyboard.PressAsync("j");
        await session.Page.Keyboard.PressAsync("r");
        await Expect(session.At("toast")).ToContainTextAsync("was not changed. Sign in to make changes.");
        Assert.Empty(api.Changers);
        Assert.NotEqual(IncidentStatus.Resolved, api.Incidents[1].Status);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Link_Opened_LeadsBackAndLetsThemAct_UntilTheySignOut()
    {
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1)]);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);

        await session.Page.GotoAsync(host.SignInLink + "&return=/incidents/1");
        await session.InteractiveAsync();
        await Expect(session.Page).ToHaveURLAsync(new Regex("/incidents/1$"));
        await Expect(session.At("who")).ToContainTextAsync("local");
        await session.At("status-select").SelectOptionAsync("investigating");
        await Expect(session.Page.Locator("#timeline")).ToContainTextAsync("investigating");
        Assert.Equal([("local", "operator")], api.Changers);

        // What another tab has open is worth nothing once they have signed out in this one.
        var tab = await session.Page.Context.NewPageAsync();
        await tab.GotoAsync("/incidents/1");
        await tab.WaitForFunctionAsync("() => document.querySelector('[data-interactive]') !== null");
        await tab.GetByTestId("sign-out").ClickAsync();
        await Expect(tab.GetByTestId("sign-in-notice")).ToHaveTextAsync("You are signed out.");
        await session.At("status-select").SelectOptionAsync("resolved");
        await Expect(session.At("status-error")).ToContainTextAsync("Sign in to make changes.");
        Assert.Single(api.Changers);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task ModeApiKey_WithoutScript_TheFormTakesAKey()
    {
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1)]);
        await using var host = await DashboardHost.StartAsync(api.Address, settings: Settings.ApiKey());
        var chromium = await browser.BrowserAsync();
        await using var context = await chromium.NewContextAsync(new() { BaseURL = host.Address.AbsoluteUri, JavaScriptEnabled = false });
        var page = await context.NewPageAsync();

        await page.GotoAsync("/incidents/1");
        await Expect(page.GetByTestId("sign-in-key")).ToBeFocusedAsync();
        await page.GetByTestId("sign-in-key").FillAsync("a wrong one");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("sign-in-notice")).ToContainTextAsync("No key is like that one.");
        await page.GetByTestId("sign-in-key").FillAsync(Settings.OperatorKey);
        await page.GetByTestId("sign-in-submit").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/incidents/1$"));
        await Expect(page.GetByTestId("who")).ToContainTextAsync("otto");
    }

    [Fact]
    public async Task ModeApiKey_AViewer_SeesWhyTheyCannotAct()
    {
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1)]);
        await using var host = await DashboardHost.StartAsync(api.Address, settings: Settings.ApiKey());
        await using var session = await browser.OpenAsync(host.Address);
        await SignInAsync(session, Settings.ViewerKey);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("status-select")).ToBeDisabledAsync();
        await Expect(session.At("status-why")).ToHaveTextAsync("You are signed in as vera, who may look only; an operator may make changes.");
        await session.Page.EvaluateAsync(Forge);
        await Expect(session.At("status-error")).ToContainTextAsync("an operator may make changes");
        Assert.Empty(api.Changers);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Provider_SignsInOperatorsAndViewersByTheirRoles_AndOut()
    {
        await using var provider = await OpenIdServer.StartAsync();
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1)]);
        await using var host = await DashboardHost.StartAsync(api.Address, settings: Settings.Provider(provider));
        await using var session = await browser.OpenAsync(host.Address);

        await session.Page.GotoAsync("/incidents/1");
        await Expect(session.Page.Locator("main")).ToContainTextAsync("127.0.0.1");
        await session.At("sign-in-provider").ClickAsync();
        await session.InteractiveAsync();
        await Expect(session.Page).ToHaveURLAsync(new Regex("/incidents/1$"));
        await Expect(session.At("who")).ToContainTextAsync("ada");
        await session.At("status-select").SelectOptionAsync("investigating");
        await Expect(session.Page.Locator("#timeline")).ToContainTextAsync("investigating");
        Assert.Equal([("ada", "operator")], api.Changers);

        await session.At("sign-out").ClickAsync();
        await Expect(session.At("sign-in-notice")).ToHaveTextAsync("You are signed out.");
        provider.Person = new("bob", "something-else");
        await session.At("sign-in-provider").ClickAsync();
        await session.InteractiveAsync();
        await Expect(session.At("who")).ToContainTextAsync("bob");
        await session.GoAsync("/incidents/1");
        await Expect(session.At("status-select")).ToBeDisabledAsync();
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Provider_RefusesOrGivesNoRole_IsSaidOnThePage()
    {
        await using var provider = await OpenIdServer.StartAsync();
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1)]);
        await using var host = await DashboardHost.StartAsync(
            api.Address, settings: new Dictionary<string, string?>(Settings.Provider(provider)) { ["KubeMemory:Access:OpenIdConnect:ViewerRole"] = "kubememory-viewer" });
        await using var session = await browser.OpenAsync(host.Address);

        provider.Person = new("bob", "something-else");
        await session.Page.GotoAsync("/login");
        await session.At("sign-in-provider").ClickAsync();
        await Expect(session.At("sign-in-notice")).ToContainTextAsync("has not given you a role in KubeMemory");
        provider.Person = null;
        await session.At("sign-in-provider").ClickAsync();
        await Expect(session.At("sign-in-notice")).ToContainTextAsync("did not sign you in");
        await session.Page.GotoAsync("/incidents/1");
        await Expect(session.Page).ToHaveURLAsync(new Regex("/login"));

        await provider.DisposeAsync();
        await using var later = await DashboardHost.StartAsync(api.Address, settings: Settings.Provider(provider));
        await session.Page.GotoAsync(new Uri(later.Address, "/login").AbsoluteUri);
        await session.At("sign-in-provider").ClickAsync();
        await Expect(session.At("sign-in-notice")).ToContainTextAsync("does not answer just now");
    }

    [Theory]
    [MemberData(nameof(ScreenshotTests.Looks), MemberType = typeof(ScreenshotTests))]
    public async Task Pages_InEveryModeAndLook_FitTheScreenAndAxeFindsNothing(int width, ColorScheme scheme)
    {
        await using var provider = await OpenIdServer.StartAsync();
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(12));
        await using var local = await DashboardHost.StartAsync(api.Address);
        await using var keys = await DashboardHost.StartAsync(api.Address, settings: Settings.ApiKey());
        await using var openId = await DashboardHost.StartAsync(api.Address, settings: Settings.Provider(provider));
        foreach (var (host, name, path) in new[]
        {
            (local, "login-local", "/login"),
            (local, "login-local-used", "/login?said=link"),
            (keys, "login-key", "/login"),
            (keys, "login-key-wrong", "/login?said=key"),
            (openId, "login-provider", "/login"),
            (openId, "login-provider-out", "/login?said=out"),
        })
        {
            await using var session = await browser.OpenAsync(host.Address, width, width == 390 ? 844 : 900, scheme);
            await session.Page.GotoAsync(path);
            await CheckAsync(session, name, width, scheme);
        }

        await using var visit = await browser.OpenAsync(local.Address, width, width == 390 ? 844 : 900, scheme);
        await visit.GoAsync("/");
        await CheckAsync(visit, "list-viewer", width, scheme);
        await visit.GoAsync("/incidents/1");
        await CheckAsync(visit, "incident-viewer", width, scheme);
        await visit.SignInAsync(local.SignInLink);
        await visit.GoAsync("/");
        await CheckAsync(visit, "list-operator", width, scheme);
        await visit.GoAsync("/incidents/1");
        await CheckAsync(visit, "incident-operator", width, scheme);
        await visit.Page.GotoAsync("/login");
        await CheckAsync(visit, "login-signed-in", width, scheme);
    }

    private static async Task SignInAsync(BrowserSession session, string key)
    {
        await session.Page.GotoAsync("/login");
        await session.At("sign-in-key").FillAsync(key);
        await session.At("sign-in-submit").ClickAsync();
        await session.InteractiveAsync();
    }

    private static async Task CheckAsync(BrowserSession session, string name, int width, ColorScheme scheme)
    {
        await ScreenshotTests.KeepAsync(session, name, width, scheme);
        var result = await session.Page.RunAxe();
        Assert.Empty(result.Violations
            .Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{name}: {v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Take(3).Select(n => n.Html))}"));
        Assert.Empty(session.Complaints);
    }
}
