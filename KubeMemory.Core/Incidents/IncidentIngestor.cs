using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Core.Tracing;

namespace KubeMemory.Core.Incidents;

/// <summary>
/// Turns batches of signals into incidents. A batch is one transaction; a batch that comes again, in whole or in part, changes nothing.
/// Thread-safe.
/// </summary>
public sealed class IncidentIngestor(IIncidentStore store, IncidentOptions options, TimeProvider time)
{
    /// <param name="span">Of the batch: what opens an incident goes on in the trace in which it began.</param>
    public async Task<IngestOutcome> IngestAsync(IReadOnlyList<SignalEnvelope> batch, CancellationToken cancellationToken, BatchSpan? span = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
        {
            return new IngestOutcome(0, 0, 0, 0);
        }

        var bounded = batch.Select(envelope => envelope with { Signal = SignalBounds.Of(envelope.Signal) }).ToList();
        var openings = span is null ? null : new OpeningSpans(span);
        return await store.ChangeAsync(ScopeOf(bounded), set => Apply(bounded, set, openings), cancellationToken).ConfigureAwait(false);
    }

    private ChangeScope ScopeOf(IReadOnlyList<SignalEnvelope> batch)
    {
        var scope = new ChangeScope();
        foreach (var envelope in batch)
        {
            scope.Clusters.Add(envelope.Signal.ClusterId);
            switch (envelope.Signal)
            {
                case FailureSignal failure:
                    Name(failure, scope);
                    break;
                case HealthSignal health:
                    scope.Workloads.Add(WorkloadOf(health));
                    break;
                case EvidenceSignal evidence:
                    scope.Incidents.Add(evidence.IncidentId);
                    break;
            }
        }

        return scope;
    }

    private void Name(FailureSignal failure, ChangeScope scope)
    {
        var subject = IncidentGrouping.SubjectOf(failure);
        scope.Series[new SeriesId(failure.ClusterId, failure.SeriesKey)] = subject;
        if (!scope.Keys.TryGetValue(failure.IncidentKey, out var subjects))
        {
            scope.Keys[failure.IncidentKey] = subjects = [];
        }

        subjects.Add(subject);
        foreach (var cause in failure.CauseKeys)
        {
            scope.Causes.Add(new CauseId(failure.ClusterId, cause));
            scope.Cover(failure.FirstSeen - options.StormWithin, failure.LastSeen + options.StormWithin);
        }
    }

    private IngestOutcome Apply(IReadOnlyList<SignalEnvelope> batch, IncidentWorkingSet set, OpeningSpans? openings)
    {
        foreach (var envelope in batch)
        {
            if (envelope.Signal is ClusterSignal cluster)
            {
                Apply(cluster, set);
            }
        }

        var life = new IncidentLife(set, options, time);
        var grouping = new IncidentGrouping(set, options, life, openings);
        int stored = 0, deduplicated = 0, held = 0;
        foreach (var envelope in batch)
        {
            switch (envelope.Signal)
            {
                case FailureSignal failure:
                    var gate = grouping.Apply(failure, envelope.TraceParent);
                    stored += gate == Gates.Stored ? 1 : 0;
                    deduplicated += gate == Gates.Deduplicated ? 1 : 0;
                    held += gate == Gates.Held ? 1 : 0;
                    break;
                case HealthSignal health:
                    Apply(health, set);
                    grouping.Apply(health);
                    break;
                case EvidenceSignal evidence:
                    Apply(evidence, set);
                    break;
            }
        }

        life.Finish();
        grouping.Finish();
        return new IngestOutcome(stored, deduplicated, held, grouping.Opened);
    }

    private static void Apply(ClusterSignal signal, IncidentWorkingSet set)
    {
        if (!set.Clusters.TryGetValue(signal.ClusterId, out var cluster))
        {
            set.Clusters[signal.ClusterId] = cluster = new ClusterState { Id = signal.ClusterId, Name = signal.Name, IsNew = true };
        }

        cluster.Name = signal.Name;
        cluster.CapturedAt = signal.CapturedAt is { } at ? Microseconds.Floor(at) : null;
        cluster.PodsReadable = signal.PodsReadable;
        cluster.Touch();
    }

    private static void Apply(HealthSignal signal, IncidentWorkingSet set)
    {
        var id = WorkloadOf(signal);
        if (!set.Workloads.TryGetValue(id, out var workload))
        {
            set.Workloads[id] = workload = new WorkloadState { Id = id, IsNew = true };
        }

        var at = Microseconds.Floor(signal.At);
        if (at < workload.At)
        {
            return;
        }

        // Nothing is left to become ready: since it was first said to be gone.
        var since = signal.Gone ? (workload.Desired == 0 ? workload.AllReadySince : null) ?? at : signal.AllReadySince;
        workload.At = at;
        workload.Desired = signal.Desired;
        workload.Ready = signal.Ready;
        workload.AllReadySince = since is { } known ? Microseconds.Floor(known) : null;
        workload.Touch();
    }

    private static void Apply(EvidenceSignal signal, IncidentWorkingSet set)
    {
        // Deleted meanwhile, or of another store: nothing to add it to.
        if (!set.Incidents.TryGetValue(signal.IncidentId, out var incident) || incident.Key.ClusterId != signal.ClusterId)
        {
            return;
        }

        foreach (var item in signal.Items)
        {
            set.Evidence.Add(new EvidenceWrite(incident.Id, item));
        }

        set.MissingEvidence.Add(new MissingEvidenceWrite(incident.Id, signal.Missing));
        if (signal.Items.Count > 0)
        {
            // The newest item's own time, so that the same answer is the same entry when it comes again.
            var at = Microseconds.Floor(signal.Items.Max(item => item.ObservedAt));
            set.Timeline.Add(new TimelineWrite(incident.Id, at, "evidence", $"{signal.Items.Count} facts read from the cluster"));
        }

        incident.Touch();
    }

    private static WorkloadId WorkloadOf(HealthSignal health) => new(health.ClusterId, health.Namespace, health.WorkloadKind, health.WorkloadName);
}

/// <param name="Stored">Signals that changed an incident.</param>
/// <param name="Deduplicated">Signals that had been stored before.</param>
/// <param name="Held">Signals that are held back.</param>
/// <param name="Opened">Incidents opened.</param>
public sealed record IngestOutcome(int Stored, int Deduplicated, int Held, int Opened);
