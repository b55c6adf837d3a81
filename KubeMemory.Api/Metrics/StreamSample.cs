using System.Diagnostics.Metrics;
using KubeMemory.Api.Ingest;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Telemetry;

namespace KubeMemory.Api.Metrics;

/// <summary>What waits in the signal stream, and when the watchers last spoke.</summary>
internal sealed class StreamSample : MetricsSample<StreamSample.Depths>
{
    private readonly ISignalStream _stream;
    private readonly IWatchStatusBoard _board;

    public StreamSample(ISignalStream stream, IWatchStatusBoard board, IMeterFactory meters, MetricsDemand demand, MetricsOptions options, TimeProvider time)
        : base(demand, options, time)
    {
        (_stream, _board) = (stream, board);
        var meter = meters.Create(ApiMetrics.Name);
        meter.CreateObservableGauge(
            "kubememory.stream.depth",
            () => Observe<long>(depths => [new(depths.Signals, KeyValuePair.Create("topic", (object?)StreamTopics.Signals))]),
            "{entry}",
            "Entries of the topic that are not ingested yet." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.stream.dead_letters",
            () => Observe<long>(depths => [new(depths.DeadLetters)]),
            "{entry}",
            "Entries that were taken out of the stream because they failed again and again." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.watch.report.age",
            () => Observe(depths => depths.Watches.Select(watch => new Measurement<double>(
                Math.Max(0, (time.GetUtcNow() - watch.ReportedAt).TotalSeconds), [new("connection", watch.Connection), .. ClusterTags.Of(watch.ClusterId, watch.Name)]))),
            "s",
            "Since a watcher last said how it does with the cluster; it does so every 5 seconds." + ApiMetrics.Shared);
    }

    public override string Source => "the signal stream";

    protected override async Task<Depths> ReadAsync(CancellationToken cancellationToken)
    {
        var signals = await _stream.CountPendingAsync(StreamTopics.Signals, IngestWorker.Group, cancellationToken).ConfigureAwait(false);
        var deadLetters = await _stream.CountDeadLettersAsync(cancellationToken).ConfigureAwait(false);
        var watches = await _board.ListAsync(cancellationToken).ConfigureAwait(false);
        // Imported captures have no watcher.
        return new Depths(signals, deadLetters, [.. watches.Where(watch => watch.State != WatchState.Imported)]);
    }

    internal sealed record Depths(long Signals, long DeadLetters, IReadOnlyList<WatchStatus> Watches);
}
