using System.Diagnostics;
using System.Text.Json.Nodes;
using KubeMemory.Tests.Web.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>Several of each, on real engines: killed and suspended on the way, the totals still add up.</summary>
public sealed class ScaleOutTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int Events = 100_000;
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoWatchersTwoApisOneWeb_OneOfEachKilledUnderLoad_AccountsAreExact()
    {
        await using var stack = await DistributedStack.StartAsync();
        var watchers = new[] { stack.StartWatcher(), stack.StartWatcher() };
        var apis = new[] { await stack.StartApiAsync(), await stack.StartApiAsync() };
        var (web, _) = await stack.StartWebAsync(apis);
        await DistributedStack.WaitForStatusAsync(apis[1], IsWatching);

        await using var source = EventSource.Start(stack.Cluster, eventsPerSecond: 3_000, newPodEvery: 5);
        await source.WaitForAsync(Events / 4);
        await HolderOf(watchers).KillAsync();
        await source.WaitForAsync(Events / 2);
        await apis[0].Process.KillAsync();
        await web.KillAsync();
        var (_, dashboard) = await stack.StartWebAsync(apis[1]);
        await source.WaitForAsync(Events);
        await source.StopAsync();

        var accounts = await DistributedStack.WaitForOccurrencesAsync(apis[1], source.Emitted);
        var gates = (await DistributedStack.WaitForStatusAsync(apis[1], status => (long)status["stream"]!["pending"]! == 0))["gates"]!;
        output.WriteLine($"gates {gates.ToJsonString()}");
        output.WriteLine($"occurrences emitted {source.Emitted}, stored {accounts.Occurrences}; problems {source.Problems}, incidents {accounts.Incidents}");
        Assert.Equal(source.Emitted, accounts.Occurrences);
        Assert.Equal((source.Problems, source.Problems), (accounts.Incidents, accounts.Problems));

        await using var session = await browser.OpenAsync(dashboard);
        await session.GoAsync("/");
        await Expect(session.At("count")).ToHaveTextAsync(source.Problems.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Holder_KilledOrSuspended_TheOtherGoesOnWithinFifteenSeconds(bool suspended)
    {
        await using var stack = await DistributedStack.StartAsync();
        var watchers = new[] { stack.StartWatcher(), stack.StartWatcher() };
        var api = await stack.StartApiAsync();
        await DistributedStack.WaitForStatusAsync(api, IsWatching);
        await using var source = EventSource.Start(stack.Cluster, eventsPerSecond: 200, newPodEvery: 5);
        await DistributedStack.WaitForOccurrencesAsync(api, 200);

        var holder = HolderOf(watchers);
        if (suspended)
        {
            holder.Freeze();
        }
        else
        {
            await holder.KillAsync();
        }

        var lost = Stopwatch.GetTimestamp();
        // What is said after this moment can only come through the other one.
        var known = source.Emitted;
        await DistributedStack.WaitForOccurrencesAsync(api, known + 1);
        var took = Stopwatch.GetElapsedTime(lost);
        output.WriteLine($"{(suspended ? "suspended" : "killed")}: the other watcher's first signals were stored after {took.TotalSeconds:0.0} s");
        Assert.InRange(took, TimeSpan.Zero, Takeover);

        if (suspended)
        {
            holder.Thaw();
            await holder.WaitForLineAsync("has been taken by another holder");
        }

        await source.StopAsync();
        var accounts = await DistributedStack.WaitForOccurrencesAsync(api, source.Emitted);
        Assert.Equal(source.Emitted, accounts.Occurrences);
        Assert.Equal((source.Problems, source.Problems), (accounts.Incidents, accounts.Problems));
    }

    private static bool IsWatching(JsonNode status) => status["clusters"]!.AsArray().Any(cluster => (string?)cluster!["state"] == "watching");

    /// <summary>The one that said that it watches.</summary>
    private static ProgramProcess HolderOf(ProgramProcess[] watchers) =>
        Assert.Single(watchers, watcher => !watcher.HasExited && watcher.Output.Contains("Watching namespace", StringComparison.Ordinal));
}
