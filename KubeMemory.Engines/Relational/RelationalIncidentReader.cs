using System.Data.Common;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Streams;

namespace KubeMemory.Engines.Relational;

/// <summary>What the API asks, in SQL that both databases understand.</summary>
internal sealed class RelationalIncidentReader(RelationalDatabase database, IncidentLifecycle lifecycle, TimeProvider time) : IIncidentReader
{
    private const int SparkHours = 24;
    private const int StormsShown = 20;

    private static readonly TimeSpan StormAge = TimeSpan.FromDays(1);

    private const string Summaries =
        """
        SELECT i.id, COALESCE(c.name, i.cluster_id), i.cluster_id, i.namespace, i.workload, i.workload_kind, i.container, i.pod_name, i.node_name,
               i.type, i.family, i.severity, i.status, i.flapping, i.description, i.signature, i.occurred_at, i.last_seen_at, i.resolved_at,
               i.occurrences, i.affected_pods, i.restart_count, i.image, i.storm_id,
               CASE WHEN (i.replicas_at IS NULL OR w.at >= i.replicas_at) THEN w.desired ELSE i.desired_replicas END,
               CASE WHEN (i.replicas_at IS NULL OR w.at >= i.replicas_at) THEN w.ready ELSE i.ready_replicas END,
               i.compacted_at IS NOT NULL
        FROM incidents i
        LEFT JOIN clusters c ON c.id = i.cluster_id
        LEFT JOIN workloads w ON w.cluster_id = i.cluster_id AND w.namespace = i.namespace AND w.kind = i.workload_kind AND w.name = i.workload

        """;

    private const string Storms =
        """
        SELECT s.id, s.cluster_id, s.cause_key, s.started_at, s.last_seen_at,
               (SELECT COUNT(*) FROM (SELECT DISTINCT namespace, workload_kind, workload FROM incidents WHERE storm_id = s.id) touched),
               (SELECT COUNT(*) FROM incidents WHERE storm_id = s.id)

        """;

    /// <summary>An imported capture lives in its own time.</summary>
    private const string RecentStorms = "FROM storms s LEFT JOIN clusters c ON c.id = s.cluster_id WHERE s.last_seen_at >= COALESCE(c.captured_at, $1) - $2";

    public Task<IncidentSlice> ListAsync(IncidentQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 200);
        var cursor = IncidentCursor.Decode(query.Cursor, query);
        return database.ReadAsync(session => ListAsync(session, query, cursor), cancellationToken);
    }

    public Task<IncidentDetail?> GetAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session => await SummaryAsync(session, id).ConfigureAwait(false) is { } summary
                ? await new IncidentDetailReader(session, summary).ReadAsync().ConfigureAwait(false)
                : null,
            cancellationToken);

    public Task<IncidentSummary?> SummaryAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => SummaryAsync(session, id), cancellationToken);

    public async Task<IncidentSummary?> SetStatusAsync(long id, IncidentStatus status, CancellationToken cancellationToken) =>
        await lifecycle.SetStatusAsync(id, status, cancellationToken).ConfigureAwait(false)
            ? await SummaryAsync(id, cancellationToken).ConfigureAwait(false)
            : null;

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.ReadAsync(
            async session =>
            {
                var severities = await session.ListAsync(
                    "SELECT severity, COUNT(*) FROM incidents WHERE status <> 'Resolved' GROUP BY severity",
                    row => ((Severity)row.GetInt32(0), row.GetInt64(1))).ConfigureAwait(false);
                var incidents = await session.NumberAsync("SELECT COUNT(*) FROM incidents").ConfigureAwait(false);
                var storms = await session.NumberAsync($"SELECT COUNT(*) {RecentStorms}", now, StormAge).ConfigureAwait(false);
                var clusters = await session.ListAsync(
                    """
                    SELECT DISTINCT COALESCE(c.name, i.cluster_id) FROM (SELECT DISTINCT cluster_id FROM incidents) i LEFT JOIN clusters c ON c.id = i.cluster_id
                    ORDER BY 1
                    """,
                    row => row.GetString(0)).ConfigureAwait(false);
                var namespaces = await session.ListAsync("SELECT DISTINCT namespace FROM incidents ORDER BY 1", row => row.GetString(0)).ConfigureAwait(false);
                var stormsNow = await session.ListAsync(
                    $"""
                    {Storms} {RecentStorms} AND EXISTS (SELECT 1 FROM incidents WHERE storm_id = s.id AND status <> 'Resolved')
                    ORDER BY s.last_seen_at DESC, s.id DESC LIMIT $3
                    """,
                    StormOf,
                    now,
                    StormAge,
                    StormsShown).ConfigureAwait(false);
                return new StoreCounts(severities.ToDictionary(), incidents ?? 0, storms ?? 0, clusters, namespaces) { StormsNow = stormsNow };
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<GateCount>>(
            async session => await session.ListAsync(
                "SELECT cluster_id, gate, count FROM gates ORDER BY cluster_id, gate",
                row => new GateCount(row.GetString(0), row.GetString(1), row.GetInt64(2))).ConfigureAwait(false),
            cancellationToken);

    public static Task<StormSummary?> StormAsync(RelationalSession session, long id) =>
        session.FirstAsync($"{Storms} FROM storms s WHERE s.id = $1", StormOf, id);

    /// <summary>In any order; those that are gone are left out.</summary>
    public static async Task<List<IncidentSummary>> SummariesAsync(RelationalSession session, long[] ids) =>
        await WithSparksAsync(
            session, await session.ListAsync(Summaries + $"WHERE {session.Dialect.In("i.id", 1)}", SummaryOf, (object)ids).ConfigureAwait(false)).ConfigureAwait(false);

    private static StormSummary StormOf(DbDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(5), row.GetInt32(6), row.Time(3), row.Time(4));

    private static async Task<IncidentSummary?> SummaryAsync(RelationalSession session, long id)
    {
        var found = await session.ListAsync(Summaries + "WHERE i.id = $1", SummaryOf, id).ConfigureAwait(false);
        return (await WithSparksAsync(session, found).ConfigureAwait(false)).FirstOrDefault();
    }

    private static async Task<IncidentSlice> ListAsync(RelationalSession session, IncidentQuery query, IncidentCursor? cursor)
    {
        var (where, values) = IncidentFilter.Of(query, session.Dialect);
        var count = await session.NumberAsync(
            $"SELECT COUNT(*) FROM incidents i WHERE {where}", [.. values]).ConfigureAwait(false) ?? 0;

        var keys = KeyColumns(query.Sort);
        var backward = cursor?.Backward ?? false;
        var upward = query.Ascending != backward;
        if (cursor is not null)
        {
            where += $" AND ({string.Join(", ", keys)}) {(upward ? ">" : "<")} ({string.Join(", ", cursor.Keys.Select((_, i) => $"${values.Count + i + 1}"))})";
            values.AddRange(cursor.Keys.Select((key, i) => keys[i].EndsWith("_at", StringComparison.Ordinal) ? Microseconds.At(key) : (object)key));
        }

        var order = string.Join(", ", keys.Select(key => key + (upward ? " ASC" : " DESC")));
        values.Add(query.Limit + 1);
        var rows = await session.ListAsync($"{Summaries} WHERE {where} ORDER BY {order} LIMIT ${values.Count}", SummaryOf, [.. values]).ConfigureAwait(false);

        var more = rows.Count > query.Limit;
        if (more)
        {
            rows.RemoveAt(query.Limit);
        }

        if (backward)
        {
            rows.Reverse();
        }

        string? Edge(bool before) => new IncidentCursor(query.Sort, query.Ascending, before, KeysOf(query.Sort, before ? rows[0] : rows[^1])).Encode();
        var next = rows.Count > 0 && (backward || more) ? Edge(before: false) : null;
        var previous = rows.Count > 0 && (backward ? more : cursor is not null) ? Edge(before: true) : null;
        return new IncidentSlice(count, next, previous, await WithSparksAsync(session, rows).ConfigureAwait(false));
    }

    private static string[] KeyColumns(IncidentSort sort) => sort switch
    {
        IncidentSort.OccurredAt => ["i.occurred_at", "i.id"],
        IncidentSort.Severity => ["i.severity", "i.last_seen_at", "i.id"],
        IncidentSort.Occurrences => ["i.occurrences", "i.id"],
        _ => ["i.last_seen_at", "i.id"],
    };

    private static long[] KeysOf(IncidentSort sort, IncidentSummary row) => sort switch
    {
        IncidentSort.OccurredAt => [Microseconds.Of(row.OccurredAt), row.Id],
        IncidentSort.Severity => [(long)row.Severity, Microseconds.Of(row.LastSeenAt), row.Id],
        IncidentSort.Occurrences => [row.Occurrences, row.Id],
        _ => [Microseconds.Of(row.LastSeenAt), row.Id],
    };

    private static IncidentSummary SummaryOf(DbDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Cluster = row.GetString(1),
        ClusterId = row.GetString(2),
        Namespace = row.GetString(3),
        Workload = row.GetString(4),
        WorkloadKind = row.GetString(5),
        Container = row.GetString(6),
        PodName = row.Text(7),
        NodeName = row.Text(8),
        ServiceName = row.GetString(4),
        IncidentType = row.Name<IncidentType>(9),
        Family = row.Name<FailureFamily>(10),
        Severity = (Severity)row.GetInt32(11),
        Status = row.Name<IncidentStatus>(12),
        Flapping = row.GetBoolean(13),
        Description = row.GetString(14),
        Signature = row.GetString(15),
        OccurredAt = row.Time(16),
        LastSeenAt = row.Time(17),
        ResolvedAt = row.TimeOrNull(18),
        Occurrences = row.GetInt64(19),
        AffectedPods = row.GetInt32(20),
        RestartCount = row.GetInt32(21),
        Image = row.Text(22),
        StormId = row.Long(23),
        DesiredReplicas = row.Int(24),
        ReadyReplicas = row.Int(25),
        Compacted = row.GetBoolean(26),
    };

    private static async Task<List<IncidentSummary>> WithSparksAsync(RelationalSession session, List<IncidentSummary> rows)
    {
        if (rows.Count == 0)
        {
            return rows;
        }

        var sparks = rows.ToDictionary(row => row.Id, _ => new long[SparkHours]);
        var lastHours = rows.ToDictionary(row => row.Id, row => row.LastSeenAt.UtcTicks / TimeSpan.TicksPerHour);
        var buckets = await session.ListAsync(
            $"""
            SELECT i.id, a.bucket_at, a.occurrences FROM incidents i JOIN activity a ON a.incident_id = i.id AND a.bucket_at > i.last_seen_at - $2
            WHERE {session.Dialect.In("i.id", 1)}
            """,
            row => (Id: row.GetInt64(0), At: row.Time(1), Occurrences: row.GetInt64(2)),
            rows.Select(row => row.Id).ToArray(),
            TimeSpan.FromHours(SparkHours)).ConfigureAwait(false);
        foreach (var (id, at, occurrences) in buckets)
        {
            var hoursAgo = lastHours[id] - (at.UtcTicks / TimeSpan.TicksPerHour);
            if (hoursAgo is >= 0 and < SparkHours)
            {
                sparks[id][SparkHours - 1 - hoursAgo] += occurrences;
            }
        }

        // A state that an event took the place of is taken back in the event's bucket, which may leave less than nothing there.
        return rows.ConvertAll(row => row with { Spark = Array.ConvertAll(sparks[row.Id], hour => (int)Math.Clamp(hour, 0, int.MaxValue)) });
    }
}
