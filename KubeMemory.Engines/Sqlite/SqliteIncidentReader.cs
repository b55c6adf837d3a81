using System.Text;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Microsoft.Data.Sqlite;

namespace KubeMemory.Engines.Sqlite;

internal sealed class SqliteIncidentReader(SqliteDatabase database, IncidentLifecycle lifecycle, TimeProvider time) : IIncidentReader
{
    private const int SparkHours = 24;
    private const int TimelineKept = 200;
    private const int BucketsKept = 2016;
    private const int PodsShown = 500;
    private const int RelatedShown = 20;
    private const int StormsShown = 20;

    private static readonly long StormAge = TimeSpan.FromDays(1).Ticks / TimeSpan.TicksPerMicrosecond;

    private const string Summaries =
        """
        SELECT i.id, COALESCE(c.name, i.cluster_id), i.cluster_id, i.namespace, i.workload, i.workload_kind, i.container, i.pod_name, i.node_name,
               i.type, i.family, i.severity, i.status, i.flapping, i.description, i.signature, i.occurred_at, i.last_seen_at, i.resolved_at,
               i.occurrences, i.affected_pods, i.restart_count, i.image, i.storm_id,
               CASE WHEN w.at >= COALESCE(i.replicas_at, 0) THEN w.desired ELSE i.desired_replicas END,
               CASE WHEN w.at >= COALESCE(i.replicas_at, 0) THEN w.ready ELSE i.ready_replicas END
        FROM incidents i
        LEFT JOIN clusters c ON c.id = i.cluster_id
        LEFT JOIN workloads w ON w.cluster_id = i.cluster_id AND w.namespace = i.namespace AND w.kind = i.workload_kind AND w.name = i.workload

        """;

    private const string Storms =
        """
        SELECT s.id, s.cluster_id, s.cause_key, s.started_at, s.last_seen_at,
               (SELECT COUNT(*) FROM (SELECT DISTINCT namespace, workload_kind, workload FROM incidents WHERE storm_id = s.id)),
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
        return database.ReadAsync(session => List(session, query, cursor), cancellationToken);
    }

    public Task<IncidentDetail?> GetAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Summary(session, id) is { } summary ? new SqliteIncidentDetail(session, summary).Read() : null, cancellationToken);

    public Task<IncidentSummary?> SummaryAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Summary(session, id), cancellationToken);

    public async Task<IncidentSummary?> SetStatusAsync(long id, IncidentStatus status, CancellationToken cancellationToken) =>
        await lifecycle.SetStatusAsync(id, status, cancellationToken).ConfigureAwait(false)
            ? await SummaryAsync(id, cancellationToken).ConfigureAwait(false)
            : null;

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.ReadAsync(
            session => new StoreCounts(
                session.List(
                    "SELECT severity, COUNT(*) FROM incidents WHERE status <> 'Resolved' GROUP BY severity",
                    row => ((Severity)row.GetInt32(0), row.GetInt64(1))).ToDictionary(),
                session.Number("SELECT COUNT(*) FROM incidents") ?? 0,
                session.Number($"SELECT COUNT(*) {RecentStorms}", now, StormAge) ?? 0,
                session.List("SELECT DISTINCT COALESCE(c.name, i.cluster_id) FROM incidents i LEFT JOIN clusters c ON c.id = i.cluster_id ORDER BY 1", row => row.GetString(0)),
                session.List("SELECT DISTINCT namespace FROM incidents ORDER BY 1", row => row.GetString(0)))
            {
                StormsNow = session.List(
                    $"""
                    {Storms} {RecentStorms} AND EXISTS (SELECT 1 FROM incidents WHERE storm_id = s.id AND status <> 'Resolved')
                    ORDER BY s.last_seen_at DESC, s.id DESC LIMIT $3
                    """,
                    StormOf,
                    now,
                    StormAge,
                    StormsShown),
            },
            cancellationToken);
    }

    public static StormSummary? Storm(SqliteSession session, long id) =>
        session.List($"{Storms} FROM storms s WHERE s.id = $1", StormOf, id).FirstOrDefault();

    private static StormSummary StormOf(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(5), row.GetInt32(6), row.Time(3), row.Time(4));

    private static IncidentSummary? Summary(SqliteSession session, long id)
    {
        var found = session.List(Summaries + "WHERE i.id = $1", SummaryOf, id);
        return WithSparks(session, found).FirstOrDefault();
    }

    private static IncidentSlice List(SqliteSession session, IncidentQuery query, IncidentCursor? cursor)
    {
        var (where, values) = IncidentFilter.Of(query);
        var count = session.Number(
            $"SELECT COUNT(*) FROM incidents i LEFT JOIN clusters c ON c.id = i.cluster_id WHERE {where}", values.ToArray()) ?? 0;

        var keys = KeyColumns(query.Sort);
        var backward = cursor?.Backward ?? false;
        var upward = query.Ascending != backward;
        if (cursor is not null)
        {
            where += $" AND ({string.Join(", ", keys)}) {(upward ? ">" : "<")} ({string.Join(", ", cursor.Keys.Select((_, i) => $"${values.Count + i + 1}"))})";
            values.AddRange(cursor.Keys.Cast<object?>());
        }

        var order = string.Join(", ", keys.Select(key => key + (upward ? " ASC" : " DESC")));
        values.Add(query.Limit + 1);
        var rows = session.List($"{Summaries} WHERE {where} ORDER BY {order} LIMIT ${values.Count}", SummaryOf, values.ToArray());

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
        return new IncidentSlice(count, next, previous, WithSparks(session, rows));
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

    private static IncidentSummary SummaryOf(SqliteDataReader row) => new()
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
    };

    private static List<IncidentSummary> WithSparks(SqliteSession session, List<IncidentSummary> rows)
    {
        var sparks = rows.ToDictionary(row => row.Id, _ => new int[SparkHours]);
        var lastHours = rows.ToDictionary(row => row.Id, row => row.LastSeenAt.UtcTicks / TimeSpan.TicksPerHour);
        using (var bucket = session.Read(
            """
            SELECT i.id, a.bucket_at, a.occurrences FROM json_each($1) j CROSS JOIN incidents i ON i.id = j.value
            CROSS JOIN activity a ON a.incident_id = i.id AND a.bucket_at > i.last_seen_at - $2
            """,
            JsonSerializer.Serialize(rows.Select(row => row.Id)),
            TimeSpan.FromHours(SparkHours).Ticks / TimeSpan.TicksPerMicrosecond))
        {
            while (bucket.Read())
            {
                var id = bucket.GetInt64(0);
                var hoursAgo = lastHours[id] - (bucket.Time(1).UtcTicks / TimeSpan.TicksPerHour);
                if (hoursAgo is >= 0 and < SparkHours)
                {
                    sparks[id][SparkHours - 1 - hoursAgo] += bucket.GetInt32(2);
                }
            }
        }

        // A state that an event took the place of is taken back in the event's bucket, which may leave less than nothing there.
        return rows.ConvertAll(row => row with { Spark = Array.ConvertAll(sparks[row.Id], hour => Math.Max(0, hour)) });
    }

    /// <summary>What belongs to the page of one incident.</summary>
    private sealed class SqliteIncidentDetail(SqliteSession session, IncidentSummary summary)
    {
        public IncidentDetail Read()
        {
            var evidence = Evidence();
            return new IncidentDetail
            {
                Id = summary.Id,
                Cluster = summary.Cluster,
                ClusterId = summary.ClusterId,
                Namespace = summary.Namespace,
                Workload = summary.Workload,
                WorkloadKind = summary.WorkloadKind,
                Container = summary.Container,
                PodName = summary.PodName,
                NodeName = summary.NodeName,
                ServiceName = summary.ServiceName,
                IncidentType = summary.IncidentType,
                Family = summary.Family,
                Severity = summary.Severity,
                Status = summary.Status,
                Flapping = summary.Flapping,
                Description = summary.Description,
                Signature = summary.Signature,
                OccurredAt = summary.OccurredAt,
                LastSeenAt = summary.LastSeenAt,
                ResolvedAt = summary.ResolvedAt,
                Occurrences = summary.Occurrences,
                AffectedPods = summary.AffectedPods,
                DesiredReplicas = summary.DesiredReplicas,
                ReadyReplicas = summary.ReadyReplicas,
                RestartCount = summary.RestartCount,
                Image = summary.Image,
                StormId = summary.StormId,
                Spark = summary.Spark,
                Evidence = evidence,
                MissingEvidence = Missing(),
                RawLogs = Logs(evidence),
                Timeline = Timeline(),
                Activity = Activity(),
                Pods = Pods(),
                Related = Related(),
                Storm = summary.StormId is { } storm ? Storm(session, storm) : null,
                TimesIn30Days = Times(),
            };
        }

        private List<EvidenceDto> Evidence() => session.List(
            "SELECT ordinal, kind, title, text, observed_at, pod_name, container, previous FROM evidence WHERE incident_id = $1 ORDER BY ordinal",
            row => new EvidenceDto($"E{row.GetInt32(0)}", row.Name<EvidenceKind>(1), row.GetString(2), row.GetString(3), row.Time(4), row.Text(5), row.Text(6), row.GetBoolean(7)),
            summary.Id);

        private List<string> Missing()
        {
            using var row = session.Read("SELECT missing_evidence FROM incidents WHERE id = $1", summary.Id);
            return row.Read() && row.Text(0) is { } missing ? JsonSerializer.Deserialize<List<string>>(missing)! : [];
        }

        /// <summary>The incident's own container before others, and the instance that crashed before the one that runs.</summary>
        private string Logs(List<EvidenceDto> evidence)
        {
            var text = new StringBuilder();
            foreach (var log in evidence.Where(item => item.Kind == EvidenceKind.Log)
                .OrderByDescending(item => item.Container == summary.Container)
                .ThenByDescending(item => item.Previous))
            {
                text.Append("==> ").Append(log.PodName).Append('/').Append(log.Container).Append(log.Previous ? " (previous) <==\n" : " <==\n");
                text.Append(log.Text);
                text.Append(log.Text.EndsWith('\n') ? "\n" : "\n\n");
            }

            return text.ToString().TrimEnd('\n');
        }

        private List<TimelineEntry> Timeline() => session.List(
            """
            SELECT at, kind, text FROM (SELECT id, at, kind, text FROM timeline WHERE incident_id = $1 ORDER BY at DESC, id DESC LIMIT $2) ORDER BY at, id
            """,
            row => new TimelineEntry(row.Time(0), row.GetString(1), row.GetString(2)),
            summary.Id,
            TimelineKept);

        private List<ActivityBucket> Activity() => session.List(
            """
            SELECT bucket_at, occurrences FROM (SELECT bucket_at, occurrences FROM activity WHERE incident_id = $1 AND occurrences > 0 ORDER BY bucket_at DESC LIMIT $2)
            ORDER BY bucket_at
            """,
            row => new ActivityBucket(row.Time(0), row.GetInt32(1)),
            summary.Id,
            BucketsKept);

        private List<AffectedPod> Pods() => session.List(
            """
            SELECT subject, node_name, restart_count, first_seen_at, last_seen_at FROM subjects WHERE incident_id = $1 AND is_pod
            ORDER BY last_seen_at DESC, subject LIMIT $2
            """,
            row => new AffectedPod(row.GetString(0), row.Text(1), row.GetInt32(2), row.Time(3), row.Time(4)),
            summary.Id,
            PodsShown);

        private List<RelatedIncident> Related()
        {
            var related = new List<RelatedIncident>();
            Add(related, "The same problem before", "i.id <> $1 AND i.incident_key = (SELECT incident_key FROM incidents WHERE id = $1)");
            Add(related, "The same failure elsewhere", "i.id <> $1 AND i.signature = (SELECT signature FROM incidents WHERE id = $1)");
            if (summary.StormId is not null)
            {
                Add(related, "Part of the same storm", "i.id <> $1 AND i.storm_id = (SELECT storm_id FROM incidents WHERE id = $1)");
            }

            return related;
        }

        private void Add(List<RelatedIncident> related, string reason, string where)
        {
            var found = session.List(
                $"""
                SELECT i.id, COALESCE(c.name, i.cluster_id), i.namespace, i.workload, i.type, i.status, i.severity, i.occurred_at, i.occurrences
                FROM incidents i LEFT JOIN clusters c ON c.id = i.cluster_id WHERE {where} ORDER BY i.occurred_at DESC LIMIT {RelatedShown * 2}
                """,
                row => new RelatedIncident(
                    row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.Name<IncidentType>(4), row.Name<IncidentStatus>(5),
                    (Severity)row.GetInt32(6), row.Time(7), row.GetInt64(8), reason),
                summary.Id);
            related.AddRange(found.Where(one => !related.Exists(known => known.Id == one.Id)).Take(RelatedShown - related.Count));
        }

        private int Times() => (int)(session.Number(
            """
            SELECT COUNT(*) FROM incidents i JOIN incidents self ON self.id = $1
            WHERE i.incident_key = self.incident_key AND i.occurred_at <= self.occurred_at AND i.occurred_at >= self.occurred_at - $2
            """,
            summary.Id,
            TimeSpan.FromDays(30).Ticks / TimeSpan.TicksPerMicrosecond) ?? 1);
    }
}
