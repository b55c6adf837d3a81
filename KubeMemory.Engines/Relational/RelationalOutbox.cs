using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Relational;

/// <summary>The table <c>outbox</c>: one row for each projector and subject, put aside where it has a dead reason.</summary>
internal sealed class RelationalOutbox(RelationalDatabase database, RelationalIncidentReader reader, Wakeup wakeup, TimeProvider time) : IOutbox
{
    /// <summary>How many pods an evidence request names: the worst first, then those hit last.</summary>
    private const int PodsAsked = 5;

    /// <summary>What is to be had at once.</summary>
    private static readonly DateTimeOffset AtOnce = DateTimeOffset.UnixEpoch;

    /// <summary>For vector memory and graph.</summary>
    public static async Task ProjectAsync(RelationalSession session, long[] ids, string kind, DateTimeOffset now)
    {
        await WriteAsync(session, Projectors.Vectors, ids, kind, now).ConfigureAwait(false);
        await WriteAsync(session, Projectors.Graph, ids, kind, now).ConfigureAwait(false);
    }

    /// <summary>Part of a change that is not the rules': as they write theirs, merged with what waits, under a version that nobody has claimed.</summary>
    public static async Task WriteAsync(RelationalSession session, string projector, long[] subjects, string kind, DateTimeOffset now)
    {
        foreach (var subject in subjects)
        {
            await session.RunAsync(
                """
                INSERT INTO outbox (projector, subject, kind, history, version, attempts, visible_at) VALUES ($1, $2, $3, $4, $5, 0, $6)
                ON CONFLICT (projector, subject) DO UPDATE SET
                    kind = CASE WHEN outbox.kind IN ('opened', 'rebuild', 'deleted') AND excluded.kind <> 'deleted' THEN outbox.kind ELSE excluded.kind END,
                    version = excluded.version, dead_reason = NULL, dead_at = NULL
                """,
                projector,
                subject,
                kind,
                true,
                Random.Shared.NextInt64(),
                now).ConfigureAwait(false);
        }
    }

    /// <summary>For the start of an engine that belongs to this process alone: whoever had claimed something before is dead.</summary>
    public static Task ReclaimAsync(RelationalDatabase database, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.RunAsync("UPDATE outbox SET visible_at = $1", AtOnce), cancellationToken);

    public Task<IReadOnlyList<OutboxItem>> ClaimAsync(string projector, int max, TimeSpan visibleAfter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync<IReadOnlyList<OutboxItem>>(
            async session => await session.ListAsync(
                $"""
                UPDATE outbox SET visible_at = $3, attempts = attempts + 1
                WHERE projector = $1 AND subject IN (
                    SELECT subject FROM outbox WHERE projector = $1 AND visible_at <= $2 AND dead_reason IS NULL
                    ORDER BY visible_at, subject LIMIT $4 {session.Dialect.SkipLocked})
                RETURNING subject, kind, history, version, attempts - 1
                """,
                row => new OutboxItem(projector, row.GetInt64(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3), row.GetInt32(4)),
                projector,
                now,
                now + visibleAfter,
                max).ConfigureAwait(false),
            cancellationToken);
    }

    public async Task CompleteAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(session => CompleteAsync(session, items), cancellationToken).ConfigureAwait(false);
        if (changed)
        {
            wakeup.Ring();
        }
    }

    public Task ReleaseAsync(OutboxItem item, TimeSpan retryAfter, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.RunAsync(
                "UPDATE outbox SET visible_at = $3 WHERE projector = $1 AND subject = $2",
                item.Projector,
                item.Subject,
                time.GetUtcNow() + retryAfter),
            cancellationToken);

    public Task DeadLetterAsync(OutboxItem item, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            // One that has changed since may be accepted as it is now.
            session => session.RunAsync(
                """
                UPDATE outbox SET visible_at = $4,
                    dead_reason = CASE WHEN version = $3 THEN $5 ELSE NULL END, dead_at = CASE WHEN version = $3 THEN $6 ELSE NULL END
                WHERE projector = $1 AND subject = $2
                """,
                item.Projector,
                item.Subject,
                item.Version,
                AtOnce,
                reason,
                time.GetUtcNow()),
            cancellationToken);

    public Task<IReadOnlyList<OutboxDeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OutboxDeadLetter>>(
            async session => await session.ListAsync(
                "SELECT projector, subject, dead_reason, dead_at FROM outbox WHERE dead_reason IS NOT NULL ORDER BY dead_at DESC, projector, subject LIMIT $1",
                row => new OutboxDeadLetter(row.GetString(0), row.GetInt64(1), row.GetString(2), row.Time(3)),
                max).ConfigureAwait(false),
            cancellationToken);

    public async Task<bool> ReplayAsync(string projector, long subject, CancellationToken cancellationToken)
    {
        var found = await database.WriteAsync(
            session => session.RunAsync(
                """
                UPDATE outbox SET dead_reason = NULL, dead_at = NULL, visible_at = $3, attempts = 0
                WHERE projector = $1 AND subject = $2 AND dead_reason IS NOT NULL
                """,
                projector,
                subject,
                AtOnce),
            cancellationToken).ConfigureAwait(false);
        if (found > 0)
        {
            wakeup.Ring();
        }

        return found > 0;
    }

    public Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<OutboxCount>>(
            async session => await session.ListAsync(
                """
                SELECT o.projector, COUNT(*) - COUNT(o.dead_reason), COUNT(o.dead_reason), MIN(i.stored_at)
                FROM outbox o
                LEFT JOIN incidents i ON i.id = o.subject
                    AND NOT o.history AND o.dead_reason IS NULL AND o.kind NOT IN ($1, $2) AND o.projector <> $3
                GROUP BY o.projector ORDER BY o.projector
                """,
                row => new OutboxCount(row.GetString(0), row.GetInt64(1), row.GetInt64(2)) { OldestAt = row.TimeOrNull(3) },
                OutboxKinds.Rebuild,
                OutboxKinds.Deleted,
                Projectors.LiveStorms).ConfigureAwait(false),
            cancellationToken);

    public Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) => wakeup.WaitAsync(wakeup.Next, wait, cancellationToken);

    public Task<IReadOnlyDictionary<long, string>> TraceParentsAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidentIds);
        return database.ReadAsync<IReadOnlyDictionary<long, string>>(
            async session => (await session.ListAsync(
                $"SELECT id, trace_parent FROM incidents WHERE {session.Dialect.In("id", 1)} AND trace_parent IS NOT NULL",
                row => (Id: row.GetInt64(0), TraceParent: row.GetString(1)),
                (object)incidentIds.ToArray()).ConfigureAwait(false)).ToDictionary(row => row.Id, row => row.TraceParent),
            cancellationToken);
    }

    public Task<EvidenceRequest?> EvidenceRequestAsync(long incidentId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => EvidenceRequestAsync(session, incidentId), cancellationToken);

    public Task<StormSummary?> StormAsync(long stormId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => RelationalIncidentReader.StormAsync(session, stormId), cancellationToken);

    public Task<IncidentSummary?> IncidentAsync(long incidentId, CancellationToken cancellationToken) => reader.SummaryAsync(incidentId, cancellationToken);

    /// <summary>True where something had changed since its claim.</summary>
    private static async Task<bool> CompleteAsync(RelationalSession session, IReadOnlyList<OutboxItem> items)
    {
        var changed = false;
        // In one order for everybody: two transactions that lock the same rows crosswise would end each other.
        foreach (var item in items.OrderBy(item => item.Subject))
        {
            var gone = await session.RunAsync(
                "DELETE FROM outbox WHERE projector = $1 AND subject = $2 AND version = $3", item.Projector, item.Subject, item.Version).ConfigureAwait(false);
            if (gone == 0)
            {
                // To be had at once, and no longer as opened, which has just been said.
                await session.RunAsync(
                    "UPDATE outbox SET visible_at = $3, attempts = 0, kind = CASE WHEN kind = 'opened' THEN 'updated' ELSE kind END WHERE projector = $1 AND subject = $2",
                    item.Projector,
                    item.Subject,
                    AtOnce).ConfigureAwait(false);
                changed = true;
            }
        }

        return changed;
    }

    private static async Task<EvidenceRequest?> EvidenceRequestAsync(RelationalSession session, long incidentId)
    {
        var found = await session.FirstAsync(
            """
            SELECT cluster_id, namespace, workload_kind, workload, container, type, trace_parent, evidence_pod
            FROM incidents WHERE id = $1 AND status <> 'Resolved'
            """,
            row => (
                Request: new EvidenceRequest(
                    incidentId, row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Name<IncidentType>(5), [], row.Text(6)),
                Pod: row.Text(7)),
            incidentId).ConfigureAwait(false);
        if (found.Request is null)
        {
            return null;
        }

        var pods = await session.ListAsync(
            "SELECT subject FROM subjects WHERE incident_id = $1 AND is_pod ORDER BY CASE WHEN subject = $2 THEN 0 ELSE 1 END, restart_count DESC, last_seen_at DESC LIMIT $3",
            row => row.GetString(0),
            incidentId,
            found.Pod ?? "",
            PodsAsked).ConfigureAwait(false);
        return found.Request with { Pods = pods };
    }
}
