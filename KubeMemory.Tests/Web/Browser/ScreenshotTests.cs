using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using Microsoft.Playwright;
using Xunit;

namespace KubeMemory.Tests.Web.Browser;

/// <summary>Every state in both themes and widths: nothing is cut off sideways, nothing complains. <c>KUBEMEMORY_SCREENSHOTS</c> names a folder to keep the pictures in.</summary>
public class ScreenshotTests(BrowserFixture browser)
{
    public static TheoryData<int, ColorScheme> Looks => new() { { 1440, ColorScheme.Light }, { 1440, ColorScheme.Dark }, { 390, ColorScheme.Light }, { 390, ColorScheme.Dark } };

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Pages_InEveryLook_FitTheScreenWithoutComplaint(int width, ColorScheme scheme)
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(60));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address, width, width == 390 ? 844 : 900, scheme);
        await session.GoAsync("/");
        await KeepAsync(session, "list", width, scheme);
        await session.GoAsync("/incidents?status=open,investigating&severity=critical,high&q=api");
        await KeepAsync(session, "list-filtered", width, scheme);
        await session.GoAsync("/incidents/1");
        await KeepAsync(session, "incident", width, scheme);
        await session.GoAsync("/incidents/3");
        await KeepAsync(session, "incident-storm", width, scheme);
        await session.GoAsync("/incidents/4711");
        await KeepAsync(session, "missing", width, scheme);
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Memory_InEveryLook_FitsTheScreenWithoutComplaint(int width, ColorScheme scheme)
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(8));
        foreach (var incident in api.Incidents.Values)
        {
            api.Fixes[incident.Id] = FakeMemory.Fixes(incident);
            api.Similar[incident.Id] = FakeMemory.Similar(incident);
            api.Correlations[incident.Id] = FakeMemory.Correlation(incident);
        }

        var endless = string.Join('-', Enumerable.Repeat("averyveryverylongname", 12));
        api.Analyses[1] = FakeMemory.Done(1, FakeMemory.Confirmed(1) with { Disagreement = "The password is wrong: the log says nothing of a name [E3].", Correction = "otto, 3 days ago: it was the network policy of the namespace." });
        api.Analyses[2] = FakeMemory.Done(2, FakeMemory.Inconclusive(2));
        api.Analyses[3] = new(3, AnalysisState.Running, null, StartedAt: TimeProvider.System.GetUtcNow(), Draft: "The image registry.example.com/shop/recommendations:v42 does not exist under that tag. The registry says");
        api.Analyses[4] = FakeMemory.Done(4, FakeMemory.Likely(1) with { Thing = endless, RootCause = endless, Recommendation = endless });
        api.Analyses[5] = new(5, AnalysisState.Failed, null, "The incident graph does not answer.", RetryAt: TimeProvider.System.GetUtcNow().AddMinutes(10));
        api.Fixes[1] = api.Fixes[1] with { Fixes = [FakeMemory.Fix(5, api.Incidents[1], "Restarted the DNS pods; that held for an hour.", false, "The DNS had no endpoints, for its nodes were drained."), FakeMemory.Fix(6, api.Incidents[1], "Scaled the nodes up.", null)] };
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address, width, width == 390 ? 844 : 900, scheme);
        await session.SignInAsync(host.SignInLink);
        foreach (var (id, name) in new[] { (1, "confirmed"), (2, "inconclusive"), (3, "running"), (4, "likely-long"), (5, "failed"), (6, "none") })
        {
            await session.GoAsync($"/incidents/{id}");
            await KeepAsync(session, $"incident-memory-{name}", width, scheme);
        }

        await session.At("fix-new").ClickAsync();
        await session.At("fix-wrong").CheckAsync();
        await session.At("fix-save").ClickAsync();
        await session.At("fix-error").WaitForAsync();
        await KeepAsync(session, "incident-memory-form", width, scheme);
        await session.Page.SetViewportSizeAsync(width == 390 ? 320 : 2560, 900);
        await KeepAsync(session, "incident-memory-extreme", width, scheme);
        Assert.Empty(session.Complaints);
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task States_InEveryLook_FitTheScreen(int width, ColorScheme scheme)
    {
        await using var api = await FakeApi.StartAsync();
        var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address, width, width == 390 ? 844 : 900, scheme);
        await session.GoAsync("/");
        await KeepAsync(session, "empty", width, scheme);

        api.Clusters = [];
        await session.At("status-strip").GetByText("No cluster is watched").WaitForAsync();
        await KeepAsync(session, "empty-no-cluster", width, scheme);

        foreach (var incident in FakeIncidents.Many(12))
        {
            api.Push(LiveChangeKinds.Opened, incident);
        }

        await session.At("incident-row").First.WaitForAsync();
        await session.GoAsync("/");
        api.Push(LiveChangeKinds.Opened, FakeIncidents.One(13, TimeProvider.System.GetUtcNow()));
        api.Push(LiveChangeKinds.Opened, FakeIncidents.One(14, TimeProvider.System.GetUtcNow()) with { Status = IncidentStatus.Open });
        await session.At("new-bar").WaitForAsync();
        await KeepAsync(session, "new", width, scheme);

        api.Outage = "The incident store does not answer.";
        await session.At("status-strip").GetByText("The API does not answer.").WaitForAsync();
        await session.At("status-strip").Locator("summary").ClickAsync();
        await KeepAsync(session, "api-away", width, scheme);

        await host.DisposeAsync();
        await session.Page.GetByText("Not connected to KubeMemory.").WaitForAsync(new() { Timeout = 20_000 });
        await KeepAsync(session, "disconnected", width, scheme);
    }

    internal static async Task KeepAsync(BrowserSession session, string name, int width, ColorScheme scheme)
    {
        var overflow = await session.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overflow <= 0, $"{name} at {width} px is {overflow} px wider than the screen.");
        if (Environment.GetEnvironmentVariable("KUBEMEMORY_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await session.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = name.StartsWith("incident", StringComparison.Ordinal) });
        }
    }
}
