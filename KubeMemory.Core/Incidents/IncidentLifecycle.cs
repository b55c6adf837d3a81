using KubeMemory.Core.Streams;

namespace KubeMemory.Core.Incidents;

/// <summary>What time and people do to incidents. Thread-safe; any number of replicas may sweep.</summary>
public sealed class IncidentLifecycle(IIncidentStore store, IncidentOptions options, TimeProvider time)
{
    private const int Batch = 200;

    /// <summary>Resolves, makes stale, asks again for evidence, and lets held series end well, whatever is due. Returns how many incidents and series changed.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var changed = 0;
        var unsettled = await store.ListUnsettledAsync(cancellationToken).ConfigureAwait(false);
        foreach (var due in unsettled.Where(incident => DueOf(incident) is not null).Chunk(Batch))
        {
            var scope = new ChangeScope();
            foreach (var incident in due)
            {
                scope.Incidents.Add(incident.Id);
                scope.Workloads.Add(incident.Workload);
                scope.Clusters.Add(incident.Workload.ClusterId);
            }

            changed += await store.ChangeAsync(scope, set => Settle(due, set), cancellationToken).ConfigureAwait(false);
        }

        foreach (var due in unsettled.Where(incident => DueOf(incident) is null && IsUnanswered(incident)).Chunk(Batch))
        {
            var scope = new ChangeScope();
            foreach (var incident in due)
            {
                scope.Incidents.Add(incident.Id);
            }

            await store.ChangeAsync(scope, set => AskAgain(due, set), cancellationToken).ConfigureAwait(false);
        }

        var held = await store.ListHeldAsync(cancellationToken).ConfigureAwait(false);
        foreach (var due in held.Where(HasEndedWell).Chunk(Batch))
        {
            var scope = new ChangeScope();
            foreach (var series in due)
            {
                scope.Series[series.Id] = "";
            }

            changed += await store.ChangeAsync(scope, set => EndWell(due, set), cancellationToken).ConfigureAwait(false);
        }

        return changed;
    }

    /// <summary>A person's decision. False where there is no such incident.</summary>
    /// <exception cref="IncidentConflictException">It would be the second unresolved incident of its key.</exception>
    public Task<bool> SetStatusAsync(long id, IncidentStatus status, CancellationToken cancellationToken)
    {
        if (status == IncidentStatus.Stale)
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "Nobody decides that an incident is stale.");
        }

        var scope = new ChangeScope();
        scope.Incidents.Add(id);
        return store.ChangeAsync(scope, set => Decide(id, status, set), cancellationToken);
    }

    private bool Decide(long id, IncidentStatus status, IncidentWorkingSet set)
    {
        if (!set.Incidents.TryGetValue(id, out var incident))
        {
            return false;
        }

        if (status != IncidentStatus.Resolved && set.ByKey[incident.Key].Find(other => other.Unresolved && other.Id != id) is { } present)
        {
            throw new IncidentConflictException(id, present.Id);
        }

        var life = new IncidentLife(set, options, time);
        life.Decide(incident, status);
        life.Finish();
        return true;
    }

    private int Settle(IReadOnlyList<UnsettledIncident> due, IncidentWorkingSet set)
    {
        var life = new IncidentLife(set, options, time);
        var changed = 0;
        foreach (var listed in due)
        {
            // Looked at again inside the transaction: the list may be old by now.
            if (!set.Incidents.TryGetValue(listed.Id, out var incident) || !incident.Unresolved || DueOf(Present(incident, listed, set)) is not { } what)
            {
                continue;
            }

            if (what.Resolved)
            {
                var gone = set.Workloads.GetValueOrDefault(listed.Workload) is { Desired: 0 };
                life.Resolve(incident, what.At, gone ? "The workload is gone or wants no replicas" : "All replicas have been ready");
            }
            else
            {
                life.GoStale(incident, what.At);
            }

            changed++;
        }

        life.Finish();
        return changed;
    }

    private static UnsettledIncident Present(IncidentState incident, UnsettledIncident listed, IncidentWorkingSet set)
    {
        var cluster = set.Clusters.GetValueOrDefault(listed.Workload.ClusterId);
        var workload = set.Workloads.GetValueOrDefault(listed.Workload);
        return listed with
        {
            Status = incident.Status,
            LastSeenAt = incident.LastSeenAt,
            AllReadySince = workload?.AllReadySince,
            HealthAt = workload?.At,
            CapturedAt = cluster?.CapturedAt,
            PodsReadable = cluster?.PodsReadable ?? true,
        };
    }

    /// <summary>What is due for it and since when; null for nothing.</summary>
    private (bool Resolved, DateTimeOffset At)? DueOf(UnsettledIncident incident)
    {
        var clock = incident.CapturedAt ?? Microseconds.Floor(time.GetUtcNow());
        if (incident.AllReadySince is { } since)
        {
            var due = since >= incident.LastSeenAt
                ? since + options.ReadyBeforeResolved
                : incident.LastSeenAt + options.QuietBeforeResolvedWhileReady;
            return due <= clock ? (true, due) : null;
        }

        // Of a live cluster the watcher speaks of what is not ready again and again: where it no longer does, the cluster is watched no
        // more, or the workload went while nobody looked.
        var unspoken = incident.CapturedAt is null && !(incident.HealthAt + options.QuietBeforeStale > clock);
        var quiet = incident.LastSeenAt + options.QuietBeforeStale;
        return (unspoken || !incident.PodsReadable) && incident.Status != IncidentStatus.Stale && quiet <= clock ? (false, quiet) : null;
    }

    /// <summary>Of a stale one nobody is there to answer, and a capture is asked once, by its import.</summary>
    private bool IsUnanswered(UnsettledIncident incident) =>
        incident is { CapturedAt: null, Status: not IncidentStatus.Stale }
        && incident.UnansweredSince + options.EvidenceUnansweredAfter <= Microseconds.Floor(time.GetUtcNow());

    private int AskAgain(IReadOnlyList<UnsettledIncident> due, IncidentWorkingSet set)
    {
        var life = new IncidentLife(set, options, time);
        var asked = 0;
        foreach (var listed in due)
        {
            // Another replica's sweep may have been here meanwhile.
            if (set.Incidents.TryGetValue(listed.Id, out var incident) && incident.Unresolved && incident.EvidenceAskedAt == listed.UnansweredSince)
            {
                life.AskAgain(incident);
                asked++;
            }
        }

        life.Finish();
        return asked;
    }

    private bool HasEndedWell(HeldSeries series)
    {
        var clock = series.CapturedAt ?? Microseconds.Floor(time.GetUtcNow());
        return series.LastSeenAt + options.QuietBeforeHeldEnded <= clock
            || (series.AllReadySince is { } since && since >= series.LastSeenAt && since + options.ReadyBeforeResolved <= clock);
    }

    private static int EndWell(IReadOnlyList<HeldSeries> due, IncidentWorkingSet set)
    {
        var ended = 0;
        foreach (var listed in due)
        {
            if (set.Series.TryGetValue(listed.Id, out var series) && series.HeldKey is not null && series.LastSeenAt == listed.LastSeenAt)
            {
                series.Release();
                set.Gates.Add(listed.Id.ClusterId, Gates.HeldEndedWell);
                ended++;
            }
        }

        return ended;
    }
}

/// <summary>An incident cannot be unresolved beside another unresolved one of the same key.</summary>
public sealed class IncidentConflictException(long id, long unresolvedId)
    : Exception($"Incident {id} cannot be opened again: incident {unresolvedId} is the same problem and is unresolved.");
