using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.Web.Browser;

public class IncidentPageBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Page_ShowsTheCrashedContainersLogFirst_AndSearchesIt()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        var log = session.At("log-text");
        await Expect(log).ToContainTextAsync("giving up");
        await log.ScrollIntoViewIfNeededAsync();
        await Expect(session.Page.GetByText("giving up")).ToBeInViewportAsync();
        await Expect(log).Not.ToContainTextAsync("[31m");
        await session.At("log-search").FillAsync("enotfound");
        await Expect(log.Locator("mark")).ToHaveCountAsync(1);
        await session.At("log-search").FillAsync("");
        await session.At("log-current").ClickAsync();
        await Expect(log).ToContainTextAsync("starting backend-api");
        await Expect(session.At("evidence-item")).ToHaveCountAsync(7);
        await session.At("range-7d").ClickAsync();
        await Expect(session.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("range=7d"));
        await Expect(session.At("range-7d")).ToHaveAttributeAsync("aria-current", "true");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Status_Changed_ReachesTheApiAndEveryOtherReader_OrIsTakenBack()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await using var other = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");
        await other.GoAsync("/incidents/1");

        await session.At("status-select").SelectOptionAsync("investigating");
        await Expect(other.At("status-select")).ToHaveValueAsync("investigating");
        Assert.Equal(IncidentStatus.Investigating, api.Incidents[1].Status);

        api.Refusal = "The incident was merged into another one.";
        await session.At("status-select").SelectOptionAsync("resolved");
        await Expect(session.At("status-error")).ToContainTextAsync("merged into another one");
        await Expect(session.At("status-select")).ToHaveValueAsync("investigating");
    }

    [Fact]
    public async Task Page_FollowsItsIncidentInPlace()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        api.Push(LiveChangeKinds.Updated, api.Incidents[1] with { Occurrences = 4321 });

        await Expect(session.At("occurrences")).ToHaveTextAsync("4,321");
    }

    [Fact]
    public async Task HostileText_IsShownAndNeverRuns()
    {
        const string Attack = "</pre></title><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1;alert(1)</script>";
        var incident = FakeIncidents.One(1);
        incident = incident with
        {
            Description = Attack,
            Workload = "w" + Attack,
            Namespace = Attack,
            Image = "javascript:alert(1)",
            Evidence =
            [
                new("E1", EvidenceKind.Log, Attack, "first\n" + Attack, incident.LastSeenAt, Attack, Attack, true),
                new("E2", EvidenceKind.Event, Attack, Attack, incident.LastSeenAt, Attack, Attack, false),
            ],
            MissingEvidence = [Attack],
            Timeline = [new(incident.LastSeenAt, "opened\" onclick=\"alert(1)", Attack)],
            Pods = [new(Attack, Attack, 1, incident.OccurredAt, incident.LastSeenAt)],
            Related = [new(2, Attack, Attack, Attack, IncidentType.Unknown, IncidentStatus.Open, Severity.Low, incident.OccurredAt, 1, Attack)],
        };
        await using var api = await FakeApi.StartAsync([incident]);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);

        foreach (var address in new[] { "/", "/incidents/1" })
        {
            await session.GoAsync(address);
            await Expect(session.Page.Locator(".row-link, h1").Filter(new() { HasText = "<script>window.pwned=1" })).ToBeVisibleAsync();
            Assert.Null(await session.Page.EvaluateAsync<int?>("() => window.pwned ?? null"));
        }

        await Expect(session.At("log-text")).ToContainTextAsync("<script>");
        Assert.Empty(session.Complaints);
    }
}
