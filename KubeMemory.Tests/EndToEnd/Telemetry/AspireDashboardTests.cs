using KubeMemory.Simulator.Scenarios;
using KubeMemory.Tests.EndToEnd.Distributed;
using KubeMemory.Tests.Web.Browser;
using Microsoft.Playwright;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Telemetry;

/// <summary>What a person sees of a trace. <c>KUBEMEMORY_SCREENSHOTS</c> names a folder to keep the picture in.</summary>
public sealed class AspireDashboardTests(BrowserFixture browser)
{
    [Fact]
    public async Task FirstOccurrence_ShowsAsOneTraceOfThreeServices()
    {
        await using var dashboard = await AspireDashboard.StartNewAsync();
        await using var stack = await DistributedStack.StartAsync();
        await TracedStack.StartServicesAsync(stack, [("OTEL_EXPORTER_OTLP_ENDPOINT", dashboard.ConnectionString), ("OTEL_BSP_SCHEDULE_DELAY", "200")]);
        await ScenarioCatalog.Find("crash-loop")!.RunAsync(stack.Cluster.State, new ScenarioClock(TimeProvider.System, speed: 500), TestContext.Current.CancellationToken);

        await using var session = await browser.OpenAsync(dashboard.Address, 1440, 1000);
        session.Page.SetDefaultTimeout(60_000);
        await session.Page.GotoAsync("/traces");
        // title="Name: kubememory-watcher: receive event\nTrace Id: 4bf92f35…"; the list moves while spans arrive.
        var row = await session.Page.Locator("td[title*='receive event']").First.GetAttributeAsync("title");
        await session.Page.GotoAsync("/traces/detail/" + row!.Split("Trace Id: ")[1].Trim());

        foreach (var shown in (string[])["receive event", "append signals", "open incident", "project vectors", "project graph", "fetch evidence", "live change"])
        {
            await session.Page.GetByText(shown).First.WaitForAsync();
        }

        foreach (var service in (string[])["kubememory-watcher", "kubememory-api", "kubememory-web"])
        {
            Assert.True(await session.Page.GetByText(service).CountAsync() > 0, service);
        }

        // "Trace detail 24/11/2026 … Duration 2.4s Resources 3 Depth 9 Total spans 48"
        Assert.Matches(@"Resources\s+3\s", await session.Page.Locator("body").InnerTextAsync());
        await KeepAsync(session);
    }

    private static async Task KeepAsync(BrowserSession session)
    {
        if (Environment.GetEnvironmentVariable("KUBEMEMORY_SCREENSHOTS") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            await session.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, "trace.png"), Animations = ScreenshotAnimations.Disabled });
        }
    }
}
