using Deque.AxeCore.Playwright;
using KubeMemory.Core.Contracts;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.Web.Browser;

public class LookBrowserTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("/", ColorScheme.Light)]
    [InlineData("/", ColorScheme.Dark)]
    [InlineData("/incidents/3", ColorScheme.Light)]
    [InlineData("/incidents/2", ColorScheme.Dark)]
    public async Task Axe_FindsNothingSerious(string address, ColorScheme scheme)
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(30));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address, scheme: scheme);
        await session.GoAsync(address);

        await AssertAxeAsync(session);
    }

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task Axe_OfAnIncidentWithAllItsPanels_FindsNothingSerious(int width, ColorScheme scheme)
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        foreach (var incident in api.Incidents.Values)
        {
            api.Fixes[incident.Id] = FakeMemory.Fixes(incident) with { Fixes = [FakeMemory.Fix(5, incident, "Restarted it.", false, "It was DNS.")] };
            api.Similar[incident.Id] = FakeMemory.Similar(incident);
            api.Correlations[incident.Id] = FakeMemory.Correlation(incident);
        }

        api.Analyses[1] = FakeMemory.Done(1, FakeMemory.Confirmed(1) with { Disagreement = "It is the password [E3].", Correction = "It was DNS." });
        api.Analyses[2] = FakeMemory.Done(2, FakeMemory.Likely(2)) with { State = AnalysisState.Running, Draft = "The image" };
        api.Analyses[3] = new(3, AnalysisState.Failed, FakeMemory.Inconclusive(3), "The graph does not answer.", RetryAt: TimeProvider.System.GetUtcNow().AddMinutes(5));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address, width, scheme: scheme);
        await session.GoAsync("/incidents/1");
        await AssertAxeAsync(session);

        await session.SignInAsync(host.SignInLink);
        foreach (var id in (int[])[2, 3])
        {
            await session.GoAsync($"/incidents/{id}");
            await session.At("fix-new").ClickAsync();
            await session.At("fix-wrong").CheckAsync();
            await session.At("fix-save").ClickAsync();
            await Expect(session.At("fix-error")).ToBeVisibleAsync();
            await AssertAxeAsync(session);
        }
    }

    private static async Task AssertAxeAsync(BrowserSession session)
    {
        var result = await session.Page.RunAxe();
        var serious = result.Violations.Where(v => v.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, string.Join('\n', serious.Select(v => $"{v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Take(3).Select(n => n.Html))}")));
    }

    [Fact]
    public async Task Theme_Chosen_IsThereAtTheNextVisit()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/");
        var html = session.Page.Locator("html");

        await session.At("theme-toggle").ClickAsync();
        await Expect(html).ToHaveCSSAsync("color-scheme", "dark");
        await session.GoAsync("/incidents/1");
        await Expect(html).ToHaveCSSAsync("color-scheme", "dark");
        await session.At("theme-toggle").ClickAsync();
        await Expect(html).ToHaveCSSAsync("color-scheme", "light");
    }

    [Fact]
    public async Task FirstVisit_LoadsNothingFromElsewhereAndStaysSmall()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(25));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/");

        var bytes = await session.Page.EvaluateAsync<long>("() => [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].reduce((sum, r) => sum + r.transferSize, 0)");

        Assert.All(session.Requests, url => Assert.StartsWith(host.Address.ToString(), url, StringComparison.Ordinal));
        Assert.InRange(bytes, 1, 500_000);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Times_AreInTheBrowsersZoneOnHover()
    {
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1, new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero))]);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/");

        await Expect(session.Page.Locator(".c-last km-time")).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("5 Jan 2026.*13:00:00"));
    }
}
