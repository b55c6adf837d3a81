using System.Diagnostics.Metrics;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Telemetry;

namespace KubeMemory.Api.Metrics;

/// <summary>What came to each gate, as <c>/api/status</c> says it, but cluster by cluster.</summary>
internal sealed class SignalSample : MetricsSample<SignalSample.Counts>
{
    private static readonly string[] Decided = [Gates.Stored, Gates.Held, Gates.Deduplicated];

    private readonly IIncidentReader _incidents;
    private readonly ISignalStream _stream;
    private readonly IWatchStatusBoard _board;

    public SignalSample(
        IIncidentReader incidents, ISignalStream stream, IWatchStatusBoard board, IMeterFactory meters, MetricsDemand demand, MetricsOptions options, TimeProvider time)
        : base(demand, options, time)
    {
        (_incidents, _stream, _board) = (incidents, stream, board);
        var meter = meters.Create(ApiMetrics.Name);
        meter.CreateObservableCounter(
            "kubememory.signals",
            () => Observe(counts => counts.Gates.Select(gate => new Measurement<long>(gate.Count, [new("gate", gate.Gate), .. counts.Tags(gate.ClusterId)]))),
            "{signal}",
            "Signals that came to a gate since the memory began, over all processes." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.signals.deduplicated",
            () => Observe(counts => counts.Gates
                .Where(gate => Decided.Contains(gate.Gate))
                .GroupBy(gate => gate.ClusterId)
                .Select(cluster => new Measurement<double>(
                    (double)cluster.Where(gate => gate.Gate == Gates.Deduplicated).Sum(gate => gate.Count) / Math.Max(1, cluster.Sum(gate => gate.Count)),
                    counts.Tags(cluster.Key)))),
            "1",
            "Share of the signals that said nothing new, of all stored, held and deduplicated, since the memory began." + ApiMetrics.Shared);
    }

    public override string Source => "the signals at their gates";

    // Of both engines or not at all: half of a sum would be a lie.
    protected override async Task<Counts> ReadAsync(CancellationToken cancellationToken)
    {
        var store = await _incidents.GetGateCountsAsync(cancellationToken).ConfigureAwait(false);
        var stream = await _stream.GetGateCountsAsync(cancellationToken).ConfigureAwait(false);
        var clusters = await _board.ListAsync(cancellationToken).ConfigureAwait(false);
        return new Counts(
            [.. store.Concat(stream).GroupBy(gate => (gate.ClusterId, gate.Gate)).Select(same => new GateCount(same.Key.ClusterId, same.Key.Gate, same.Sum(gate => gate.Count)))],
            clusters.Where(cluster => cluster.ClusterId.Length > 0).GroupBy(cluster => cluster.ClusterId).ToDictionary(same => same.Key, same => same.Last().Name));
    }

    /// <param name="Names">Of the clusters, by id.</param>
    internal sealed record Counts(IReadOnlyList<GateCount> Gates, IReadOnlyDictionary<string, string> Names)
    {
        public KeyValuePair<string, object?>[] Tags(string clusterId) => ClusterTags.Of(clusterId, Names.GetValueOrDefault(clusterId));
    }
}
