using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Streams;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>
/// Saves a working set: one statement a table. The rows of the tables that have many a batch are staged, those of the others come as arrays;
/// the statements go to the server in one round trip.
/// </summary>
/// <param name="now">What retention counts from.</param>
internal sealed class PostgresIncidentWriter(NpgsqlConnection connection, PostgresBatch batch, DateTimeOffset now, CancellationToken cancellationToken)
{
    /// <summary>
    /// The loader has forbidden it to this transaction; but a staging table is read as a whole, and a plan that must not do that turns the
    /// join round. The other joins stay forbidden: from the staged rows a key leads to each row that is changed.
    /// </summary>
    private const string ReadingAll = "SELECT set_config('enable_seqscan', 'on', TRUE)";

    /// <summary>A long life must not fill the disk with logs: beyond this the oldest fact gives way.</summary>
    private const int EvidenceKept = 200;

    /// <summary>Copies what is much; the statements are the batch's to run.</summary>
    public async Task SaveAsync(IncidentWorkingSet set)
    {
        batch.Add(ReadingAll);
        // Incidents first: what hangs on them follows. Resolved ones before others, because a key has one unresolved incident at any moment
        // and the server looks at that after every row.
        await SaveIncidentsAsync([.. set.Incidents.Values.Where(Changed).Select(incident => (incident, now))]).ConfigureAwait(false);
        await SaveSeriesAsync([.. set.Series.Values.Where(Changed)]).ConfigureAwait(false);
        await SaveSubjectsAsync([.. set.Subjects.Values.Where(Changed)]).ConfigureAwait(false);
        await SaveActivityAsync([.. set.Activity]).ConfigureAwait(false);
        await SaveTimelineAsync(set.Timeline).ConfigureAwait(false);
        SaveEvidence(set.Evidence);
        SaveMissing(set.MissingEvidence);
        SaveStorms([.. set.Storms.Values.SelectMany(storms => storms).Where(Changed)]);
        SaveSightings([.. set.Sightings.Values.SelectMany(sightings => sightings).Where(Changed)]);
        SaveJoins(set.StormJoins);
        SaveClusters([.. set.Clusters.Values.Where(Changed)]);
        SaveWorkloads([.. set.Workloads.Values.Where(Changed)]);
        await SaveOutboxAsync(set).ConfigureAwait(false);
        SaveGates([.. set.Gates.Counts.OrderBy(gate => gate.ClusterId, StringComparer.Ordinal).ThenBy(gate => gate.Gate, StringComparer.Ordinal)]);
    }

    private static bool Changed(TrackedState row) => row.Dirty || row.IsNew;

    private Task SaveIncidentsAsync(List<(IncidentState Incident, DateTimeOffset StoredAt)> rows) => AddAsync(
        Staging.Incidents,
        rows,
        staged => $"""
            INSERT INTO incidents (id, incident_key, cluster_id, namespace, workload_kind, workload, container, family, type, severity, status,
                flapping, description, signature, text_rank, text_at, pod_name, node_name, image, occurred_at, last_seen_at, resolved_at,
                occurrences, affected_pods, restart_count, desired_replicas, ready_replicas, replicas_at, reopenings, previous_id, history,
                trace_parent, worst_pod, evidence_asked_at, evidence_pod, event_texts, version, stored_at)
            SELECT id, incident_key, cluster_id, namespace, workload_kind, workload, container, family, type, severity, status,
                flapping, description, signature, text_rank, text_at, pod_name, node_name, image, occurred_at, last_seen_at, resolved_at,
                occurrences, affected_pods, restart_count, desired_replicas, ready_replicas, replicas_at, reopenings, previous_id, history,
                trace_parent, worst_pod, evidence_asked_at, evidence_pod, event_texts, version, stored_at
            FROM {staged} ORDER BY status <> 'Resolved', id
            ON CONFLICT (id) DO UPDATE SET type = excluded.type, severity = excluded.severity, status = excluded.status,
                flapping = excluded.flapping, description = excluded.description, signature = excluded.signature,
                text_rank = excluded.text_rank, text_at = excluded.text_at, pod_name = excluded.pod_name, node_name = excluded.node_name,
                image = excluded.image, occurred_at = excluded.occurred_at, last_seen_at = excluded.last_seen_at,
                resolved_at = excluded.resolved_at, occurrences = excluded.occurrences, affected_pods = excluded.affected_pods,
                restart_count = excluded.restart_count, desired_replicas = excluded.desired_replicas, ready_replicas = excluded.ready_replicas,
                replicas_at = excluded.replicas_at, reopenings = excluded.reopenings, history = excluded.history,
                worst_pod = excluded.worst_pod, evidence_asked_at = excluded.evidence_asked_at, evidence_pod = excluded.evidence_pod,
                event_texts = excluded.event_texts, version = excluded.version, stored_at = excluded.stored_at, compacted_at = NULL
            """);

    /// <summary>A series without a row id is new.</summary>
    private Task SaveSeriesAsync(List<SeriesState> rows) => AddAsync(
        Staging.Series,
        rows,
        staged => $"""
            INSERT INTO series (cluster_id, series_key, incident_id, occurrences, held, held_key, held_signal, last_seen_at)
            SELECT cluster_id, series_key, incident_id, occurrences, held, held_key, held_signal, last_seen_at FROM {staged} WHERE row_id = 0
            """,
        staged => $"""
            UPDATE series s SET incident_id = w.incident_id, occurrences = w.occurrences, last_seen_at = w.last_seen_at,
                held = CASE WHEN w.held_key IS NULL THEN 0 ELSE w.held END, held_key = w.held_key,
                held_signal = CASE WHEN w.held_key IS NOT NULL THEN w.held_signal END
            FROM (SELECT * FROM {staged} WHERE row_id <> 0) w WHERE s.id = w.row_id
            """);

    private Task SaveSubjectsAsync(List<SubjectState> rows) => AddAsync(
        Staging.Subjects,
        rows,
        staged => $"""
            INSERT INTO subjects (incident_id, subject, is_pod, node_name, restart_count, first_seen_at, last_seen_at, event_occurrences, state_occurrences)
            SELECT incident_id, subject, is_pod, node_name, restart_count, first_seen_at, last_seen_at, event_occurrences, state_occurrences FROM {staged}
            ON CONFLICT (incident_id, subject) DO UPDATE SET node_name = excluded.node_name, restart_count = excluded.restart_count,
                first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
                event_occurrences = excluded.event_occurrences, state_occurrences = excluded.state_occurrences
            """);

    private Task SaveActivityAsync(List<KeyValuePair<(long IncidentId, DateTimeOffset Bucket), long>> rows) => AddAsync(
        Staging.Activity,
        rows,
        staged => $"""
            INSERT INTO activity (incident_id, bucket_at, occurrences) SELECT incident_id, bucket_at, occurrences FROM {staged}
            ON CONFLICT (incident_id, bucket_at) DO UPDATE SET occurrences = activity.occurrences + excluded.occurrences
            """);

    private Task SaveTimelineAsync(List<TimelineWrite> rows) => AddAsync(
        Staging.Timeline,
        rows,
        staged => $"""
            INSERT INTO timeline (incident_id, at, kind, text) SELECT incident_id, at, kind, text FROM {staged}
            ON CONFLICT (incident_id, at, kind, md5(text)) DO NOTHING
            """);

    private Task AddAsync<TRow>(StagedRows<TRow> staging, List<TRow> rows, params Func<string, string>[] merges) =>
        staging.AddAsync(batch, connection, rows, cancellationToken, merges);

    private void SaveEvidence(List<EvidenceWrite> all)
    {
        if (all.Count == 0)
        {
            return;
        }

        // A statement cannot change a row twice: of a fact that comes twice the last text counts, in the first one's place.
        var rows = all.GroupBy(write => (write.IncidentId, write.Item.Key)).Select(same => same.Last()).ToList();
        batch.Add(
            """
            INSERT INTO evidence (incident_id, ordinal, key, kind, title, text, observed_at, pod_name, container, previous, stored_at)
            SELECT w.incident_id,
                COALESCE(known.ordinal, (SELECT COALESCE(MAX(m.ordinal), 0) FROM evidence m WHERE m.incident_id = w.incident_id)
                    + row_number() OVER (PARTITION BY w.incident_id, known.ordinal IS NULL ORDER BY w.n)),
                w.key, w.kind, w.title, w.text, w.observed_at, w.pod_name, w.container, w.previous, $10
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
                w(incident_id, key, kind, title, text, observed_at, pod_name, container, previous, n)
            LEFT JOIN evidence known ON known.incident_id = w.incident_id AND known.key = w.key
            ON CONFLICT (incident_id, key) DO UPDATE SET kind = excluded.kind, title = excluded.title, text = excluded.text,
                observed_at = excluded.observed_at, pod_name = excluded.pod_name, container = excluded.container,
                previous = excluded.previous, stored_at = excluded.stored_at
            """,
            Column(rows, row => row.IncidentId), Column(rows, row => row.Item.Key), Column(rows, row => row.Item.Kind.ToString()),
            Column(rows, row => row.Item.Title), Column(rows, row => row.Item.Text), Column(rows, row => row.Item.ObservedAt),
            Column(rows, row => row.Item.PodName), Column(rows, row => row.Item.Container), Column(rows, row => row.Item.Previous), now);
        batch.Add(
            """
            DELETE FROM evidence e USING (
                SELECT incident_id, ordinal, row_number() OVER (PARTITION BY incident_id ORDER BY observed_at DESC, ordinal DESC) AS place
                FROM evidence WHERE incident_id = ANY($1)) ranked
            WHERE e.incident_id = ranked.incident_id AND e.ordinal = ranked.ordinal AND ranked.place > $2
            """,
            rows.Select(row => row.IncidentId).Distinct().ToArray(), EvidenceKept);
    }

    private void SaveMissing(List<MissingEvidenceWrite> all)
    {
        if (all.Count > 0)
        {
            var rows = all.GroupBy(write => write.IncidentId).Select(same => same.Last()).ToList();
            batch.Add(
                "UPDATE incidents i SET missing_evidence = w.missing FROM unnest($1, $2) w(id, missing) WHERE i.id = w.id",
                Column(rows, row => row.IncidentId), Column(rows, row => JsonSerializer.Serialize(row.Missing)));
        }
    }

    private void SaveStorms(List<StormState> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO storms (id, cluster_id, cause_key, started_at, last_seen_at, history) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
                ON CONFLICT (id) DO UPDATE SET last_seen_at = excluded.last_seen_at, history = excluded.history
                """,
                Column(rows, row => row.Id), Column(rows, row => row.Cause.ClusterId), Column(rows, row => row.Cause.Key),
                Column(rows, row => row.StartedAt), Column(rows, row => row.LastSeenAt), Column(rows, row => row.History));
        }
    }

    private void SaveSightings(List<CauseSighting> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO sightings (cluster_id, cause_key, incident_id, first_at, last_at) SELECT * FROM unnest($1, $2, $3, $4, $5)
                ON CONFLICT (cluster_id, cause_key, incident_id) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at
                """,
                Column(rows, row => row.Cause.ClusterId), Column(rows, row => row.Cause.Key), Column(rows, row => row.IncidentId),
                Column(rows, row => row.FirstAt), Column(rows, row => row.LastAt));
        }
    }

    private void SaveJoins(List<StormJoin> all)
    {
        if (all.Count > 0)
        {
            var rows = all.DistinctBy(join => join.IncidentId).ToList();
            batch.Add(
                """
                UPDATE incidents i SET storm_id = w.storm_id, version = i.version + 1 FROM unnest($1, $2) w(id, storm_id)
                WHERE i.id = w.id AND i.storm_id IS NULL
                """,
                Column(rows, row => row.IncidentId), Column(rows, row => row.Storm.Id));
        }
    }

    private void SaveClusters(List<ClusterState> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO clusters (id, name, captured_at, pods_readable) SELECT * FROM unnest($1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, captured_at = excluded.captured_at, pods_readable = excluded.pods_readable
                """,
                Column(rows, row => row.Id), Column(rows, row => row.Name), Column(rows, row => row.CapturedAt), Column(rows, row => row.PodsReadable));
        }
    }

    private void SaveWorkloads(List<WorkloadState> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO workloads (cluster_id, namespace, kind, name, desired, ready, all_ready_since, at)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (cluster_id, namespace, kind, name) DO UPDATE SET desired = excluded.desired, ready = excluded.ready,
                    all_ready_since = excluded.all_ready_since, at = excluded.at
                """,
                Column(rows, row => row.Id.ClusterId), Column(rows, row => row.Id.Namespace), Column(rows, row => row.Id.Kind),
                Column(rows, row => row.Id.Name), Column(rows, row => row.Desired), Column(rows, row => row.Ready),
                Column(rows, row => row.AllReadySince), Column(rows, row => row.At));
        }
    }

    /// <summary>The version is random, not counted: a row that went and came again must not look like the one before to a late completion.</summary>
    private async Task SaveOutboxAsync(IncidentWorkingSet set)
    {
        var merged = new Dictionary<(string Projector, long Subject), OutboxWrite>();
        foreach (var item in set.StormJoins.Select(join => new OutboxWrite(Projectors.Live, join.IncidentId, LiveChangeKinds.Updated, join.Storm.History)).Concat(set.Outbox))
        {
            merged[(item.Projector, item.Subject)] = merged.TryGetValue((item.Projector, item.Subject), out var before) ? Merge(before, item) : item;
        }

        if (merged.Count == 0)
        {
            return;
        }

        var versions = new long[merged.Count];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(versions.AsSpan()));
        await AddAsync(
            Staging.Outbox,
            [.. merged.Values.Zip(versions)],
            staged => $"""
                INSERT INTO outbox (projector, subject, kind, history, version, attempts, visible_at)
                SELECT projector, subject, kind, history, version, 0, 'epoch'::timestamptz FROM {staged} ORDER BY projector, subject
                ON CONFLICT (projector, subject) DO UPDATE SET
                    kind = CASE WHEN outbox.kind IN ('opened', 'rebuild') AND excluded.kind <> 'deleted' THEN outbox.kind ELSE excluded.kind END,
                    history = outbox.history AND excluded.history, version = excluded.version, dead_reason = NULL, dead_at = NULL
                """).ConfigureAwait(false);
    }

    /// <summary>What the statement does with a row that stands there, for two of one change.</summary>
    private static OutboxWrite Merge(OutboxWrite before, OutboxWrite item) =>
        item with { Kind = before.Kind is "opened" or "rebuild" && item.Kind != "deleted" ? before.Kind : item.Kind, History = before.History && item.History };

    private void SaveGates(List<GateCount> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO gates (cluster_id, gate, count) SELECT * FROM unnest($1, $2, $3)
                ON CONFLICT (cluster_id, gate) DO UPDATE SET count = gates.count + excluded.count
                """,
                Column(rows, row => row.ClusterId), Column(rows, row => row.Gate), Column(rows, row => row.Count));
        }
    }

    private static TColumn[] Column<TRow, TColumn>(List<TRow> rows, Func<TRow, TColumn> column)
    {
        var values = new TColumn[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column(rows[i]);
        }

        return values;
    }
}
