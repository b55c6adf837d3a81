using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Relational;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>
/// Locks the clusters of a scope and loads what it names: three round trips, and one before them where incidents are named by their ids.
/// Each statement sees what the holder of the lock before has committed.
/// </summary>
internal sealed class PostgresIncidentLoader(NpgsqlConnection connection, ChangeScope scope, IncidentWorkingSet set, CancellationToken cancellationToken)
{
    /// <summary>
    /// What is loaded is little of much, and all of it by its key. The planner does not know that before the tables were first analysed,
    /// and a plan that was kept from when they were empty would read them whole.
    /// </summary>
    private const string ByKeyOnly =
        "SELECT set_config('enable_seqscan', 'off', TRUE), set_config('enable_hashjoin', 'off', TRUE), set_config('enable_mergejoin', 'off', TRUE)";

    private const string SeriesColumns = "s.id, s.incident_id, s.occurrences, s.held, s.held_key, s.held_signal, s.last_seen_at";

    private readonly Dictionary<IncidentKey, HashSet<string>> _keys = scope.Keys.ToDictionary(key => key.Key, key => new HashSet<string>(key.Value));

    public async Task LoadAsync()
    {
        await LoadFirstAsync(await ClustersAsync().ConfigureAwait(false)).ConfigureAwait(false);
        await LoadIncidentsAsync().ConfigureAwait(false);
        await LoadBesideAsync().ConfigureAwait(false);
    }

    private async Task<HashSet<string>> ClustersAsync()
    {
        HashSet<string> clusters =
        [
            .. scope.Clusters, .. scope.Series.Keys.Select(series => series.ClusterId), .. scope.Keys.Keys.Select(key => key.ClusterId),
            .. scope.Workloads.Select(workload => workload.ClusterId), .. scope.Causes.Select(cause => cause.ClusterId),
        ];
        if (scope.Incidents.Count > 0)
        {
            await ReadAsync(
                batch => batch.Add("SELECT DISTINCT cluster_id FROM incidents WHERE id = ANY($1)", scope.Incidents.ToArray()),
                row => clusters.Add(row.GetString(0))).ConfigureAwait(false);
        }

        return clusters;
    }

    private async Task LoadFirstAsync(HashSet<string> clusters)
    {
        var wanted = scope.Series.Keys.ToArray();
        var workloads = scope.Workloads.ToArray();
        await ReadAsync(
            batch =>
            {
                batch.Add(ByKeyOnly);
                batch.Add("SELECT pg_advisory_xact_lock(lock) FROM unnest($1) lock", clusters.Select(LockOf).Order().ToArray());
                batch.Add(
                    $"""
                    SELECT w.n, {SeriesColumns} FROM unnest($1, $2) WITH ORDINALITY w(cluster_id, series_key, n)
                    JOIN series s ON s.cluster_id = w.cluster_id AND s.series_key = w.series_key
                    """,
                    Array.ConvertAll(wanted, series => series.ClusterId),
                    Array.ConvertAll(wanted, series => series.Key));
                batch.Add(
                    """
                    SELECT v.n, w.desired, w.ready, w.all_ready_since, w.at FROM unnest($1, $2, $3, $4) WITH ORDINALITY v(cluster_id, namespace, kind, name, n)
                    JOIN workloads w ON w.cluster_id = v.cluster_id AND w.namespace = v.namespace AND w.kind = v.kind AND w.name = v.name
                    """,
                    Array.ConvertAll(workloads, workload => workload.ClusterId),
                    Array.ConvertAll(workloads, workload => workload.Namespace),
                    Array.ConvertAll(workloads, workload => workload.Kind),
                    Array.ConvertAll(workloads, workload => workload.Name));
            },
            _ => { },
            _ => { },
            row =>
            {
                var series = WorkingSetRows.SeriesOf(row, wanted[row.GetInt64(0) - 1]);
                set.Series[series.Id] = series;
                if (series.HeldKey is { } held && !_keys.ContainsKey(held))
                {
                    _keys[held] = [scope.Series[series.Id]];
                }
            },
            row =>
            {
                var id = workloads[row.GetInt64(0) - 1];
                set.Workloads[id] = new WorkloadState { Id = id, Desired = row.GetInt32(1), Ready = row.GetInt32(2), AllReadySince = row.TimeOrNull(3), At = row.Time(4) };
            }).ConfigureAwait(false);
    }

    private async Task LoadIncidentsAsync()
    {
        var probes = _keys.Keys.Where(key => key.Family == FailureFamily.Probe).ToArray();
        var ids = set.Series.Values.Where(series => series.IncidentId is not null).Select(series => series.IncidentId!.Value).Concat(scope.Incidents).Distinct();
        var workloads = scope.Workloads.ToArray();
        var causes = scope.Causes.ToArray();
        await ReadAsync(
            batch =>
            {
                batch.Add(
                    $"SELECT w.n, {SeriesColumns}, s.series_key FROM unnest($1) WITH ORDINALITY w(held_key, n) JOIN series s ON s.held_key = w.held_key",
                    (object)Array.ConvertAll(probes, key => key.ToString()));
                // The neighbours of what came by its id, too: there may be only one unresolved incident of a key.
                batch.Add(
                    $"""
                    WITH named AS MATERIALIZED (
                        SELECT i.id, i.incident_key FROM unnest($1) w(id) JOIN incidents i ON i.id = w.id
                        UNION
                        SELECT i.id, i.incident_key FROM unnest($2, $3, $4, $5) w(cluster_id, namespace, kind, name)
                        JOIN incidents i ON i.cluster_id = w.cluster_id AND i.namespace = w.namespace AND i.workload_kind = w.kind AND i.workload = w.name
                            AND i.status <> 'Resolved'),
                    keys AS MATERIALIZED (SELECT unnest($6) AS incident_key UNION SELECT incident_key FROM named),
                    chosen AS MATERIALIZED (
                        SELECT id FROM named
                        UNION
                        SELECT i.id FROM keys k JOIN incidents i ON i.incident_key = k.incident_key AND i.status <> 'Resolved'
                        UNION
                        SELECT late.id FROM keys k CROSS JOIN LATERAL (
                            SELECT i.id FROM incidents i WHERE i.incident_key = k.incident_key AND i.resolved_at IS NOT NULL
                            ORDER BY i.resolved_at DESC LIMIT {WorkingSetRows.ResolvedKept}) late)
                    SELECT {WorkingSetRows.IncidentColumns} FROM chosen c JOIN incidents i ON i.id = c.id
                    """,
                    ids.ToArray(),
                    Array.ConvertAll(workloads, workload => workload.ClusterId),
                    Array.ConvertAll(workloads, workload => workload.Namespace),
                    Array.ConvertAll(workloads, workload => workload.Kind),
                    Array.ConvertAll(workloads, workload => workload.Name),
                    _keys.Keys.Select(key => key.ToString()).ToArray());
                AddCauses(batch, causes);
            },
            row =>
            {
                var key = probes[row.GetInt64(0) - 1];
                var id = new SeriesId(key.ClusterId, row.GetString(8));
                if (!set.Series.TryGetValue(id, out var series))
                {
                    set.Series[id] = series = WorkingSetRows.SeriesOf(row, id);
                }

                set.AddHeld(key, series);
                var signal = series.HeldSignal!;
                _keys[key].Add(signal.PodName ?? $"{signal.SubjectKind}/{signal.SubjectName}");
            },
            row => set.Add(WorkingSetRows.IncidentOf(row)),
            row => Sighted(row, causes[row.GetInt64(0) - 1]),
            row => Stormed(row, causes[row.GetInt64(0) - 1])).ConfigureAwait(false);
    }

    private void AddCauses(PostgresBatch batch, CauseId[] causes)
    {
        foreach (var cause in causes)
        {
            set.Sightings[cause] = [];
        }

        if (causes.Length == 0)
        {
            return;
        }

        var clusters = Array.ConvertAll(causes, cause => cause.ClusterId);
        var keys = Array.ConvertAll(causes, cause => cause.Key);
        batch.Add(
            """
            SELECT w.n, s.incident_id, i.namespace, i.workload_kind, i.workload, s.first_at, s.last_at, i.storm_id
            FROM unnest($1, $2) WITH ORDINALITY w(cluster_id, cause_key, n)
            JOIN sightings s ON s.cluster_id = w.cluster_id AND s.cause_key = w.cause_key AND s.last_at >= $3 AND s.first_at <= $4
            JOIN incidents i ON i.id = s.incident_id
            ORDER BY w.n, s.first_at, s.incident_id
            """,
            clusters,
            keys,
            scope.From,
            scope.To);
        batch.Add(
            """
            SELECT w.n, s.id, s.started_at, s.last_seen_at, s.history FROM unnest($1, $2) WITH ORDINALITY w(cluster_id, cause_key, n)
            JOIN storms s ON s.cluster_id = w.cluster_id AND s.cause_key = w.cause_key AND s.last_seen_at >= $3 AND s.started_at <= $4
            ORDER BY w.n, s.id
            """,
            clusters,
            keys,
            scope.From,
            scope.To);
    }

    private void Sighted(NpgsqlDataReader row, CauseId cause) => set.Sightings[cause].Add(new CauseSighting
    {
        Cause = cause,
        IncidentId = row.GetInt64(1),
        Workload = new WorkloadId(cause.ClusterId, row.GetString(2), row.GetString(3), row.GetString(4)),
        FirstAt = row.Time(5),
        LastAt = row.Time(6),
        StormId = row.Long(7),
    });

    private void Stormed(NpgsqlDataReader row, CauseId cause)
    {
        if (!set.Storms.TryGetValue(cause, out var storms))
        {
            set.Storms[cause] = storms = [];
        }

        storms.Add(new StormState { Id = row.GetInt64(1), Cause = cause, StartedAt = row.Time(2), LastSeenAt = row.Time(3), History = row.GetBoolean(4) });
    }

    private async Task LoadBesideAsync()
    {
        var wanted = new HashSet<(long IncidentId, string Subject)>();
        foreach (var incident in set.Incidents.Values)
        {
            if (_keys.TryGetValue(incident.Key, out var subjects))
            {
                wanted.UnionWith(subjects.Select(subject => (incident.Id, subject)));
            }
        }

        foreach (var series in set.Series.Values)
        {
            if (series.IncidentId is { } id && scope.Series.TryGetValue(series.Id, out var subject))
            {
                wanted.Add((id, subject));
            }
        }

        await ReadAsync(
            batch =>
            {
                batch.Add(
                    """
                    SELECT s.incident_id, s.subject, s.is_pod, s.node_name, s.restart_count, s.first_seen_at, s.last_seen_at, s.event_occurrences, s.state_occurrences
                    FROM unnest($1, $2) w(incident_id, subject) JOIN subjects s ON s.incident_id = w.incident_id AND s.subject = w.subject
                    """,
                    wanted.Select(subject => subject.IncidentId).ToArray(),
                    wanted.Select(subject => subject.Subject).ToArray());
                batch.Add(
                    "SELECT id, name, captured_at, pods_readable FROM clusters WHERE id = ANY($1)",
                    (object)scope.Clusters.Concat(set.Incidents.Values.Select(incident => incident.Key.ClusterId)).Distinct().ToArray());
            },
            row => set.Subjects[(row.GetInt64(0), row.GetString(1))] = new SubjectState
            {
                IncidentId = row.GetInt64(0),
                Subject = row.GetString(1),
                IsPod = row.GetBoolean(2),
                NodeName = row.Text(3),
                RestartCount = row.GetInt32(4),
                FirstSeenAt = row.Time(5),
                LastSeenAt = row.Time(6),
                EventOccurrences = row.GetInt64(7),
                StateOccurrences = row.GetInt64(8),
            },
            row => set.Clusters[row.GetString(0)] =
                new ClusterState { Id = row.GetString(0), Name = row.GetString(1), CapturedAt = row.TimeOrNull(2), PodsReadable = row.GetBoolean(3) })
            .ConfigureAwait(false);
    }

    /// <summary>The advisory lock of a cluster: the same number in every process.</summary>
    internal static long LockOf(string clusterId) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("kubememory/cluster/" + clusterId)));

    /// <param name="rows">What takes the rows of each statement, in the order of the statements; those beyond the last have none.</param>
    private async Task ReadAsync(Action<PostgresBatch> statements, params Action<NpgsqlDataReader>[] rows)
    {
        var batch = new PostgresBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            statements(batch);
            var reader = await batch.ReadAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var statement = 0;
                do
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        rows[statement](reader);
                    }

                    statement++;
                }
                while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
            }
        }
    }
}
