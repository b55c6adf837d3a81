using System.Diagnostics.Metrics;
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
            () => Observe(depths => depths.Topics.Select(topic => new Measurement<long>(topic.Entries, topic.Tags))),
            "{entry}",
            "Entries of a topic that nobody has worked off yet: signals, and the evidence-requests about each cluster." + ApiMetrics.Shared);
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
        var deadLetters = await _stream.CountDeadLettersAsync(cancellationToken).ConfigureAwait(false);
        // Imported captures have no watcher.
        var watches = (await _board.ListAsync(cancellationToken).ConfigureAwait(false)).Where(watch => watch.State != WatchState.Imported).ToList();
        var signals = await _stream.CountPendingAsync(StreamTopics.Signals, StreamTopics.SignalsGroup, cancellationToken).ConfigureAwait(false);
        var topics = new List<Topic> { new(signals, [new("topic", StreamTopics.Signals)]) };
        foreach (var watch in watches.Where(watch => watch.ClusterId.Length > 0).DistinctBy(watch => watch.ClusterId))
        {
            var requests = await _stream.CountPendingAsync(
                StreamTopics.EvidenceRequests(watch.ClusterId), StreamTopics.EvidenceGroup, cancellationToken).ConfigureAwait(false);
            topics.Add(new(requests, [new("topic", "evidence-requests"), .. ClusterTags.Of(watch.ClusterId, watch.Name)]));
        }

        return new Depths(topics, deadLetters, watches);
    }

    internal sealed record Depths(IReadOnlyList<Topic> Topics, long DeadLetters, IReadOnlyList<WatchStatus> Watches);

    internal sealed record Topic(long Entries, KeyValuePair<string, object?>[] Tags);
}
