using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Relational;

namespace KubeMemory.Engines.Sqlite;

/// <summary>The incident store's writing side: loads a scope in a few set-based statements, saves what the rules changed.</summary>
internal sealed class SqliteIncidentStore(SqliteDatabase database, Wakeup outboxWakeup, TimeProvider time) : IIncidentStore
{
    private readonly UnsettledReader _unsettled = new(new SqliteRelational(database));

    public async Task<T> ChangeAsync<T>(ChangeScope scope, Func<IncidentWorkingSet, T> change, CancellationToken cancellationToken)
    {
        var (result, toProject) = await database.WriteAsync(
            session =>
            {
                var set = Load(session, scope);
                var outcome = change(set);
                new SqliteIncidentWriter(session, time.GetUtcNow()).Save(set);
                return (outcome, set.Outbox.Count > 0);
            },
            cancellationToken).ConfigureAwait(false);
        if (toProject)
        {
            outboxWakeup.Ring();
        }

        return result;
    }

    public Task<IReadOnlyList<UnsettledIncident>> ListUnsettledAsync(CancellationToken cancellationToken) => _unsettled.ListIncidentsAsync(cancellationToken);

    public Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken) => _unsettled.ListHeldAsync(cancellationToken);

    private static IncidentWorkingSet Load(SqliteSession session, ChangeScope scope)
    {
        var lastIncident = Sequence(session, "incidents");
        var lastStorm = Sequence(session, "storms");
        var set = new IncidentWorkingSet(() => ++lastIncident, () => ++lastStorm);
        var keys = scope.Keys.ToDictionary(key => key.Key, key => new HashSet<string>(key.Value));

        LoadSeries(session, scope, set, keys);
        LoadHeld(session, set, keys);
        LoadIncidents(session, scope, set, keys);
        LoadSubjects(session, scope, set, keys);
        LoadClusters(session, scope, set);
        foreach (var id in scope.Workloads)
        {
            if (LoadWorkload(session, id) is { } workload)
            {
                set.Workloads[id] = workload;
            }
        }

        LoadCauses(session, scope, set);
        return set;
    }

    /// <summary>AUTOINCREMENT's own memory: an id is not given twice, even after the newest incident was deleted.</summary>
    private static long Sequence(SqliteSession session, string table) =>
        session.Number("SELECT seq FROM sqlite_sequence WHERE name = $1", table) ?? 0;

    private static void LoadSeries(SqliteSession session, ChangeScope scope, IncidentWorkingSet set, Dictionary<IncidentKey, HashSet<string>> keys)
    {
        foreach (var cluster in scope.Series.GroupBy(series => series.Key.ClusterId))
        {
            var wanted = cluster.Select(series => series.Key).ToList();
            using var row = session.Read(
                """
                SELECT j.key, s.id, s.incident_id, s.occurrences, s.held, s.held_key, s.held_signal, s.last_seen_at
                FROM json_each($2) j CROSS JOIN series s ON s.cluster_id = $1 AND s.series_key = j.value
                """,
                cluster.Key,
                Json(wanted.Select(series => series.Key)));
            while (row.Read())
            {
                var series = WorkingSetRows.SeriesOf(row, wanted[row.GetInt32(0)]);
                set.Series[series.Id] = series;
                if (series.HeldKey is { } held && !keys.ContainsKey(held))
                {
                    keys[held] = [scope.Series[series.Id]];
                }
            }
        }
    }

    private static void LoadHeld(SqliteSession session, IncidentWorkingSet set, Dictionary<IncidentKey, HashSet<string>> keys)
    {
        var probes = keys.Keys.Where(key => key.Family == FailureFamily.Probe).ToList();
        if (probes.Count == 0)
        {
            return;
        }

        using var row = session.Read(
            """
            SELECT j.key, s.id, s.incident_id, s.occurrences, s.held, s.held_key, s.held_signal, s.last_seen_at, s.series_key
            FROM json_each($1) j CROSS JOIN series s ON s.held_key = j.value
            """,
            Json(probes.Select(key => key.ToString())));
        while (row.Read())
        {
            var key = probes[row.GetInt32(0)];
            var id = new SeriesId(key.ClusterId, row.GetString(8));
            if (!set.Series.TryGetValue(id, out var series))
            {
                set.Series[id] = series = WorkingSetRows.SeriesOf(row, id);
            }

            set.AddHeld(key, series);
            var signal = series.HeldSignal!;
            keys[key].Add(signal.PodName ?? $"{signal.SubjectKind}/{signal.SubjectName}");
        }
    }

    private static void LoadIncidents(SqliteSession session, ChangeScope scope, IncidentWorkingSet set, Dictionary<IncidentKey, HashSet<string>> keys)
    {
        var ids = set.Series.Values.Where(series => series.IncidentId is not null).Select(series => series.IncidentId!.Value).Concat(scope.Incidents).Distinct();
        AddIncidents(session, set, $"SELECT {WorkingSetRows.IncidentColumns} FROM json_each($1) j CROSS JOIN incidents i ON i.id = j.value", Json(ids));
        foreach (var workload in scope.Workloads)
        {
            AddIncidents(
                session,
                set,
                $"SELECT {WorkingSetRows.IncidentColumns} FROM incidents i WHERE i.cluster_id = $1 AND i.namespace = $2 AND i.workload_kind = $3 AND i.workload = $4 AND i.status <> 'Resolved'",
                workload.ClusterId,
                workload.Namespace,
                workload.Kind,
                workload.Name);
        }

        // The neighbours of what came by its id, too: there may be only one unresolved incident of a key.
        var wanted = keys.Keys.Concat(set.Incidents.Values.Select(incident => incident.Key)).Distinct();
        AddIncidents(
            session,
            set,
            $"""
            SELECT {WorkingSetRows.IncidentColumns} FROM json_each($1) j CROSS JOIN incidents i
            WHERE i.id IN (
                SELECT id FROM incidents WHERE incident_key = j.value AND status <> 'Resolved'
                UNION ALL
                SELECT id FROM (SELECT id FROM incidents WHERE incident_key = j.value AND resolved_at IS NOT NULL ORDER BY resolved_at DESC LIMIT {WorkingSetRows.ResolvedKept}))
            """,
            Json(wanted.Select(key => key.ToString())));
    }

    private static void AddIncidents(SqliteSession session, IncidentWorkingSet set, string sql, params ReadOnlySpan<object?> values)
    {
        using var row = session.Read(sql, values);
        while (row.Read())
        {
            if (!set.Incidents.ContainsKey(row.GetInt64(0)))
            {
                set.Add(WorkingSetRows.IncidentOf(row));
            }
        }
    }

    private static void LoadSubjects(SqliteSession session, ChangeScope scope, IncidentWorkingSet set, Dictionary<IncidentKey, HashSet<string>> keys)
    {
        var wanted = new Dictionary<long, HashSet<string>>();
        foreach (var incident in set.Incidents.Values)
        {
            if (keys.TryGetValue(incident.Key, out var subjects))
            {
                wanted[incident.Id] = [.. subjects];
            }
        }

        foreach (var series in set.Series.Values)
        {
            if (series.IncidentId is { } id && scope.Series.TryGetValue(series.Id, out var subject))
            {
                wanted.TryAdd(id, []);
                wanted[id].Add(subject);
            }
        }

        foreach (var (id, subjects) in wanted)
        {
            using var row = session.Read(
                """
                SELECT s.subject, s.is_pod, s.node_name, s.restart_count, s.first_seen_at, s.last_seen_at, s.event_occurrences, s.state_occurrences
                FROM json_each($2) j CROSS JOIN subjects s ON s.incident_id = $1 AND s.subject = j.value
                """,
                id,
                Json(subjects));
            while (row.Read())
            {
                var name = row.GetString(0);
                set.Subjects[(id, name)] = new SubjectState
                {
                    IncidentId = id,
                    Subject = name,
                    IsPod = row.GetBoolean(1),
                    NodeName = row.Text(2),
                    RestartCount = row.GetInt32(3),
                    FirstSeenAt = row.Time(4),
                    LastSeenAt = row.Time(5),
                    EventOccurrences = row.GetInt64(6),
                    StateOccurrences = row.GetInt64(7),
                };
            }
        }
    }

    private static void LoadClusters(SqliteSession session, ChangeScope scope, IncidentWorkingSet set)
    {
        foreach (var id in scope.Clusters.Concat(set.Incidents.Values.Select(incident => incident.Key.ClusterId)).Distinct())
        {
            using var row = session.Read("SELECT name, captured_at, pods_readable FROM clusters WHERE id = $1", id);
            if (row.Read())
            {
                set.Clusters[id] = new ClusterState { Id = id, Name = row.GetString(0), CapturedAt = row.TimeOrNull(1), PodsReadable = row.GetBoolean(2) };
            }
        }
    }

    private static WorkloadState? LoadWorkload(SqliteSession session, WorkloadId id)
    {
        using var row = session.Read(
            "SELECT desired, ready, all_ready_since, at FROM workloads WHERE cluster_id = $1 AND namespace = $2 AND kind = $3 AND name = $4",
            id.ClusterId,
            id.Namespace,
            id.Kind,
            id.Name);
        return row.Read()
            ? new WorkloadState { Id = id, Desired = row.GetInt32(0), Ready = row.GetInt32(1), AllReadySince = row.TimeOrNull(2), At = row.Time(3) }
            : null;
    }

    private static void LoadCauses(SqliteSession session, ChangeScope scope, IncidentWorkingSet set)
    {
        foreach (var cause in scope.Causes)
        {
            set.Sightings[cause] = session.List(
                """
                SELECT s.incident_id, i.namespace, i.workload_kind, i.workload, s.first_at, s.last_at, i.storm_id
                FROM sightings s CROSS JOIN incidents i ON i.id = s.incident_id
                WHERE s.cluster_id = $1 AND s.cause_key = $2 AND s.last_at >= $3 AND s.first_at <= $4
                ORDER BY s.first_at, s.incident_id
                """,
                row => new CauseSighting
                {
                    Cause = cause,
                    IncidentId = row.GetInt64(0),
                    Workload = new WorkloadId(cause.ClusterId, row.GetString(1), row.GetString(2), row.GetString(3)),
                    FirstAt = row.Time(4),
                    LastAt = row.Time(5),
                    StormId = row.Long(6),
                },
                cause.ClusterId,
                cause.Key,
                scope.From,
                scope.To);
            var storms = session.List(
                """
                SELECT id, started_at, last_seen_at, history FROM storms
                WHERE cluster_id = $1 AND cause_key = $2 AND last_seen_at >= $3 AND started_at <= $4 ORDER BY id
                """,
                row => new StormState { Id = row.GetInt64(0), Cause = cause, StartedAt = row.Time(1), LastSeenAt = row.Time(2), History = row.GetBoolean(3) },
                cause.ClusterId,
                cause.Key,
                scope.From,
                scope.To);
            if (storms.Count > 0)
            {
                set.Storms[cause] = storms;
            }
        }
    }

    private static string Json<T>(IEnumerable<T> values) => JsonSerializer.Serialize(values);
}
