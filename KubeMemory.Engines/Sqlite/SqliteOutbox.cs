using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Sqlite;

internal sealed class SqliteOutbox(SqliteDatabase database, SqliteIncidentReader reader, Wakeup wakeup, TimeProvider time) : IOutbox
{
    /// <summary>How many pods an evidence request names: the worst first, then those hit last.</summary>
    private const int PodsAsked = 5;

    /// <summary>For the start: whoever had claimed something before is dead, because the folder belongs to this process now.</summary>
    public static Task ReclaimAsync(SqliteDatabase database, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Run("UPDATE outbox SET visible_at = 0"), cancellationToken);

    public Task<IReadOnlyList<OutboxItem>> ClaimAsync(string projector, int max, TimeSpan visibleAfter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync<IReadOnlyList<OutboxItem>>(
            session => session.List(
                """
                UPDATE outbox SET visible_at = $3, attempts = attempts + 1
                WHERE rowid IN (SELECT rowid FROM outbox WHERE projector = $1 AND visible_at <= $2 ORDER BY visible_at, rowid LIMIT $4)
                RETURNING subject, kind, history, version, attempts - 1
                """,
                row => new OutboxItem(projector, row.GetInt64(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3), row.GetInt32(4)),
                projector,
                now,
                now + visibleAfter,
                max),
            cancellationToken);
    }

    public Task CompleteAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                foreach (var item in items)
                {
                    if (session.Run("DELETE FROM outbox WHERE projector = $1 AND subject = $2 AND version = $3", item.Projector, item.Subject, item.Version) == 0)
                    {
                        // Changed since: to be had at once, and no longer as opened, which has just been said.
                        session.Run(
                            "UPDATE outbox SET visible_at = 0, attempts = 0, kind = CASE WHEN kind = 'opened' THEN 'updated' ELSE kind END WHERE projector = $1 AND subject = $2",
                            item.Projector,
                            item.Subject);
                        wakeup.Ring();
                    }
                }
            },
            cancellationToken);

    public Task ReleaseAsync(OutboxItem item, TimeSpan retryAfter, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.Run(
                "UPDATE outbox SET visible_at = $3 WHERE projector = $1 AND subject = $2",
                item.Projector,
                item.Subject,
                time.GetUtcNow() + retryAfter),
            cancellationToken);

    public Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) => wakeup.WaitAsync(wakeup.Next, wait, cancellationToken);

    public Task<EvidenceRequest?> EvidenceRequestAsync(long incidentId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                using var row = session.Read(
                    """
                    SELECT cluster_id, namespace, workload_kind, workload, container, type, trace_parent, evidence_pod
                    FROM incidents WHERE id = $1 AND status <> 'Resolved'
                    """,
                    incidentId);
                if (!row.Read())
                {
                    return null;
                }

                var pods = session.List(
                    "SELECT subject FROM subjects WHERE incident_id = $1 AND is_pod ORDER BY subject = $2 DESC, restart_count DESC, last_seen_at DESC LIMIT $3",
                    pod => pod.GetString(0),
                    incidentId,
                    row.Text(7) ?? "",
                    PodsAsked);
                return new EvidenceRequest(
                    incidentId, row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Name<IncidentType>(5), pods, row.Text(6));
            },
            cancellationToken);

    public Task<StormSummary?> StormAsync(long stormId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => SqliteIncidentReader.Storm(session, stormId), cancellationToken);

    public Task<IncidentSummary?> IncidentAsync(long incidentId, CancellationToken cancellationToken) => reader.SummaryAsync(incidentId, cancellationToken);
}
