using System.Diagnostics.Metrics;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Telemetry;

namespace KubeMemory.Api.Metrics;

/// <summary>What is still to be projected, and how the projections stood at the reconciler's last look.</summary>
internal sealed class ProjectionSample : MetricsSample<IReadOnlyList<OutboxCount>>
{
    private static readonly string[] All = [Projectors.Analysis, Projectors.Evidence, Projectors.Graph, Projectors.Live, Projectors.LiveStorms, Projectors.Vectors];

    private readonly IOutbox _outbox;

    public ProjectionSample(IOutbox outbox, ProjectionBoard board, IMeterFactory meters, MetricsDemand demand, MetricsOptions options, TimeProvider time)
        : base(demand, options, time)
    {
        _outbox = outbox;
        var meter = meters.Create(ApiMetrics.Name);
        meter.CreateObservableGauge(
            "kubememory.projection.waiting",
            () => Observe(counts => counts.Select(count => new Measurement<long>(count.Waiting, Tag(count.Projector)))),
            "{item}",
            "Changes that a projector still has to project." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.projection.lag",
            () => Observe(counts => counts.Select(count => new Measurement<double>(
                count.OldestAt is { } oldest ? Math.Max(0, (time.GetUtcNow() - oldest).TotalSeconds) : 0, Tag(count.Projector)))),
            "s",
            "For how long the incident that waits longest has not changed, live ones alone: history, rebuilds and deletions have time." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.projection.dead_letters",
            () => Observe(counts => counts.Select(count => new Measurement<long>(count.DeadLetters, Tag(count.Projector)))),
            "{item}",
            "Changes that a projector has put aside, because trying again would not help." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.projection.incidents",
            () => board.Last.Where(look => look.Present is not null).Select(look => new Measurement<long>(look.Present!.Value, Tag(look.Projector))),
            "{incident}",
            "Incidents in the projection, at the last look." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.projection.drift",
            () => board.Last.Where(look => look.Error is null).Select(look => new Measurement<long>(look.Drift, Tag(look.Projector))),
            "{incident}",
            "Incidents that the projection lacks (below 0: has too many) and that nothing waiting explains: anything but 0 asks for a reindex." + ApiMetrics.Shared);
    }

    public override string Source => "the outbox";

    protected override async Task<IReadOnlyList<OutboxCount>> ReadAsync(CancellationToken cancellationToken)
    {
        // Those of which nothing waits are left out there; here a zero is good news.
        var counts = (await _outbox.CountAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(count => count.Projector);
        return [.. All.Union(counts.Keys).Select(projector => counts.GetValueOrDefault(projector) ?? new OutboxCount(projector, 0, 0))];
    }

    private static KeyValuePair<string, object?> Tag(string projector) => new("projector", projector);
}
