using KubeMemory.Core.Signals;
using KubeMemory.Simulator.Captures;
using KubeMemory.Tests.Watcher.Fakes;
using KubeMemory.Watcher.Watch;
using Xunit;

namespace KubeMemory.Tests.Watcher.Watch;

public sealed class ClusterSyncTests
{
    [Fact]
    public async Task RunOnce_Capture_TellsTheClusterThenFailuresThenHealth()
    {
        await using var cluster = await SimulatedCluster.StartAsync();
        var capture = CaptureLoader.Load([Path.Combine(AppContext.BaseDirectory, "Captures", "own-support-bundle")]);
        CaptureReplay.ApplyTo(capture, cluster.State);
        var told = new List<SignalEnvelope>();
        var clock = new TimerLog();

        var result = await new ClusterSync(clock).RunOnceAsync(
            cluster.Connect().Reader, "c", "capture", ["*"], clock.GetUtcNow(),
            batch =>
            {
                told.AddRange(batch);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(clock.GetUtcNow(), Assert.IsType<ClusterSignal>(told[0].Signal).CapturedAt);
        Assert.Single(told, e => e.Signal is ClusterSignal);
        Assert.Contains(told, e => e.Signal is FailureSignal);
        Assert.True(told.FindLastIndex(e => e.Signal is FailureSignal) < told.FindIndex(e => e.Signal is HealthSignal));
        Assert.All(told.Select(e => e.Signal).OfType<FailureSignal>(), f => Assert.True(f.History));
        Assert.Equal((told.Count, 0), (result.Signals, result.Warnings.Count));
    }
}
