using KubeMemory.Tests.EndToEnd.Telemetry;
using Xunit;

namespace KubeMemory.Tests.Standalone.Hosting;

public sealed class TelemetryTests
{
    [Fact]
    public async Task ThreeHosts_TellEverythingOnce_UnderOneName()
    {
        using var home = new TemporaryFolder();
        await using var collector = await OtlpCollector.StartAsync();
        await using var process = StandaloneProcess.Start(
            home, collector.Settings, "--demo", "--demo-speed", "20", "--data", home.PathOf("data"), "--urls", "http://127.0.0.1:0;http://127.0.0.1:0");
        await collector.WaitAsync(spans =>
            spans.Where(span => span.Name == "live change").Any(change => spans.Any(span => span.TraceId == change.TraceId && span.Name == "receive event")));
        process.Interrupt();
        Assert.Equal(0, await process.WaitForExitAsync());

        var spans = collector.Spans;
        Assert.Equal(spans.Count, spans.DistinctBy(span => (span.TraceId, span.Id)).Count());
        Assert.Equal(["kubememory"], spans.Select(span => span.Service).Distinct());
        Assert.Single(spans.Select(span => span.Resource["service.instance.id"]).Distinct());
        Assert.Superset(new HashSet<string> { "KubeMemory.Api", "KubeMemory.Watcher", "KubeMemory.Web" }, spans.Select(span => span.Source).ToHashSet());

        // Logs are each host's own.
        Assert.Single(collector.Logs, log => log.Body.StartsWith("Live changes arrive from", StringComparison.Ordinal));
        Assert.Single(collector.Logs, log => log.Body == "[watcher] Watching namespace: *");
        Assert.Equal(["kubememory"], collector.Logs.Select(log => log.Service).Distinct());
    }
}
