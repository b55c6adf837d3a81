using KubeMemory.Core.Incidents;

namespace KubeMemory.Engines.Relational;

/// <summary>What a sweep looks through.</summary>
internal sealed class UnsettledReader(RelationalDatabase database)
{
    public Task<IReadOnlyList<UnsettledIncident>> ListIncidentsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<UnsettledIncident>>(
            async session => await session.ListAsync(
                """
                SELECT i.id, i.cluster_id, i.namespace, i.workload_kind, i.workload, i.status, i.last_seen_at, w.all_ready_since, c.captured_at,
                       COALESCE(c.pods_readable, TRUE), w.at, CASE WHEN i.missing_evidence IS NULL THEN i.evidence_asked_at END
                FROM incidents i
                LEFT JOIN workloads w ON w.cluster_id = i.cluster_id AND w.namespace = i.namespace AND w.kind = i.workload_kind AND w.name = i.workload
                LEFT JOIN clusters c ON c.id = i.cluster_id
                WHERE i.status <> 'Resolved'
                """,
                row => new UnsettledIncident(
                    row.GetInt64(0),
                    new WorkloadId(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)),
                    row.Name<IncidentStatus>(5),
                    row.Time(6),
                    row.TimeOrNull(7),
                    row.TimeOrNull(8),
                    row.GetBoolean(9),
                    row.TimeOrNull(10),
                    row.TimeOrNull(11))).ConfigureAwait(false),
            cancellationToken);

    public Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<HeldSeries>>(
            async session =>
            {
                var held = await session.ListAsync(
                    """
                    SELECT s.cluster_id, s.series_key, s.held_key, s.last_seen_at, c.captured_at
                    FROM series s LEFT JOIN clusters c ON c.id = s.cluster_id
                    WHERE s.held_key IS NOT NULL
                    """,
                    row => (Id: new SeriesId(row.GetString(0), row.GetString(1)), Workload: WorkloadOf(row.GetString(2)), At: row.Time(3), Captured: row.TimeOrNull(4)))
                    .ConfigureAwait(false);
                var ready = await ReadySinceAsync(session, [.. held.Select(series => series.Workload.Name).Distinct()]).ConfigureAwait(false);
                return held.ConvertAll(series => new HeldSeries(series.Id, series.Workload, series.At, ready.GetValueOrDefault(series.Workload), series.Captured));
            },
            cancellationToken);

    private static WorkloadId WorkloadOf(string heldKey)
    {
        var key = WorkingSetRows.ParseKey(heldKey);
        return new WorkloadId(key.ClusterId, key.Namespace, key.WorkloadKind, key.WorkloadName);
    }

    private static async Task<Dictionary<WorkloadId, DateTimeOffset?>> ReadySinceAsync(RelationalSession session, string[] names)
    {
        if (names.Length == 0)
        {
            return [];
        }

        var rows = await session.ListAsync(
            $"SELECT cluster_id, namespace, kind, name, all_ready_since FROM workloads WHERE {session.Dialect.In("name", 1)}",
            row => KeyValuePair.Create(new WorkloadId(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)), row.TimeOrNull(4)),
            (object)names).ConfigureAwait(false);
        return new Dictionary<WorkloadId, DateTimeOffset?>(rows);
    }
}
