using System.Globalization;
using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Sqlite;

/// <summary>Saves a working set, within the caller's transaction.</summary>
/// <param name="now">What retention counts from.</param>
internal sealed class SqliteIncidentWriter(SqliteSession session, DateTimeOffset now)
{
    /// <summary>A long life must not fill the disk with logs: beyond this the oldest fact gives way.</summary>
    private const int EvidenceKept = 200;

    public void Save(IncidentWorkingSet set)
    {
        // Incidents first: what hangs on them follows. Resolved ones before others, because a key has one unresolved incident at any moment.
        foreach (var incident in set.Incidents.Values.Where(Changed).OrderBy(incident => incident.Unresolved).ThenBy(incident => incident.Id))
        {
            Save(incident);
        }

        foreach (var series in set.Series.Values.Where(Changed))
        {
            Save(series);
        }

        foreach (var subject in set.Subjects.Values.Where(Changed))
        {
            Save(subject);
        }

        SaveBeside(set);
        SaveStorms(set);
        SaveClusters(set);
        foreach (var item in set.Outbox)
        {
            Save(item);
        }

        foreach (var gate in set.Gates.Counts)
        {
            session.Run(
                "INSERT INTO gates (cluster_id, gate, count) VALUES ($1, $2, $3) ON CONFLICT (cluster_id, gate) DO UPDATE SET count = count + excluded.count",
                gate.ClusterId, gate.Gate, gate.Count);
        }
    }

    private static bool Changed(TrackedState row) => row.Dirty || row.IsNew;

    private void Save(IncidentState incident)
    {
        var key = incident.Key;
        session.Run(
            """
            INSERT INTO incidents (id, incident_key, cluster_id, namespace, workload_kind, workload, container, family, type, severity, status,
                flapping, description, signature, text_rank, text_at, pod_name, node_name, image, occurred_at, last_seen_at, resolved_at,
                occurrences, affected_pods, restart_count, desired_replicas, ready_replicas, replicas_at, reopenings, previous_id, history,
                trace_parent, worst_pod, evidence_asked_at, evidence_pod, event_texts, version, stored_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,
                $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)
            ON CONFLICT (id) DO UPDATE SET type = excluded.type, severity = excluded.severity, status = excluded.status,
                flapping = excluded.flapping, description = excluded.description, signature = excluded.signature,
                text_rank = excluded.text_rank, text_at = excluded.text_at, pod_name = excluded.pod_name, node_name = excluded.node_name,
                image = excluded.image, occurred_at = excluded.occurred_at, last_seen_at = excluded.last_seen_at,
                resolved_at = excluded.resolved_at, occurrences = excluded.occurrences, affected_pods = excluded.affected_pods,
                restart_count = excluded.restart_count, desired_replicas = excluded.desired_replicas, ready_replicas = excluded.ready_replicas,
                replicas_at = excluded.replicas_at, reopenings = excluded.reopenings, history = excluded.history,
                worst_pod = excluded.worst_pod, evidence_asked_at = excluded.evidence_asked_at, evidence_pod = excluded.evidence_pod,
                event_texts = excluded.event_texts, version = excluded.version, stored_at = excluded.stored_at,
                compacted_at = NULL
            """,
            incident.Id, key.ToString(), key.ClusterId, key.Namespace, key.WorkloadKind, key.WorkloadName, key.Container, key.Family,
            incident.Type, incident.Severity, incident.Status, incident.Flapping, incident.Description, incident.Signature,
            incident.TextRank, incident.TextAt, incident.PodName, incident.NodeName, incident.Image, incident.OccurredAt, incident.LastSeenAt,
            incident.ResolvedAt, incident.Occurrences, incident.AffectedPods, incident.RestartCount, incident.DesiredReplicas,
            incident.ReadyReplicas, incident.ReplicasAt,
            string.Join(',', incident.Reopenings.Select(at => Microseconds.Of(at).ToString(CultureInfo.InvariantCulture))),
            incident.PreviousId, incident.History, incident.TraceParent, incident.WorstPod, incident.EvidenceAskedAt, incident.EvidencePod,
            incident.EventTexts, incident.Version, now);
    }

    private void Save(SeriesState series)
    {
        var signal = series.HeldSignal is { } held
            ? JsonSerializer.SerializeToUtf8Bytes(new SignalEnvelope(SignalEnvelope.CurrentVersion, held.LastSeen, null, held), SignalJsonContext.Default.SignalEnvelope)
            : null;
        if (series.RowId == 0)
        {
            session.Run(
                "INSERT INTO series (cluster_id, series_key, incident_id, occurrences, held, held_key, held_signal, last_seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                series.Id.ClusterId, series.Id.Key, series.IncidentId, series.Occurrences, series.Held, series.HeldKey?.ToString(), signal, series.LastSeenAt);
            return;
        }

        if (series.HeldKey is null)
        {
            session.Run(
                "UPDATE series SET incident_id = $2, occurrences = $3, last_seen_at = $4, held = 0, held_key = NULL, held_signal = NULL WHERE id = $1",
                series.RowId, series.IncidentId, series.Occurrences, series.LastSeenAt);
            return;
        }

        session.Run(
            "UPDATE series SET incident_id = $2, occurrences = $3, last_seen_at = $4, held = $5, held_key = $6, held_signal = $7 WHERE id = $1",
            series.RowId, series.IncidentId, series.Occurrences, series.LastSeenAt, series.Held, series.HeldKey.ToString(), signal);
    }

    private void Save(SubjectState subject) =>
        session.Run(
            """
            INSERT INTO subjects (incident_id, subject, is_pod, node_name, restart_count, first_seen_at, last_seen_at, event_occurrences, state_occurrences)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (incident_id, subject) DO UPDATE SET node_name = excluded.node_name, restart_count = excluded.restart_count,
                first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
                event_occurrences = excluded.event_occurrences, state_occurrences = excluded.state_occurrences
            """,
            subject.IncidentId, subject.Subject, subject.IsPod, subject.NodeName, subject.RestartCount, subject.FirstSeenAt, subject.LastSeenAt,
            subject.EventOccurrences, subject.StateOccurrences);

    private void SaveBeside(IncidentWorkingSet set)
    {
        foreach (var ((incident, bucket), occurrences) in set.Activity)
        {
            session.Run(
                "INSERT INTO activity (incident_id, bucket_at, occurrences) VALUES ($1, $2, $3) ON CONFLICT (incident_id, bucket_at) DO UPDATE SET occurrences = occurrences + excluded.occurrences",
                incident, bucket, occurrences);
        }

        foreach (var entry in set.Timeline)
        {
            session.Run("INSERT OR IGNORE INTO timeline (incident_id, at, kind, text) VALUES ($1, $2, $3, $4)", entry.IncidentId, entry.At, entry.Kind, entry.Text);
        }

        foreach (var evidence in set.Evidence)
        {
            Save(evidence);
        }

        foreach (var missing in set.MissingEvidence)
        {
            session.Run("UPDATE incidents SET missing_evidence = $2 WHERE id = $1", missing.IncidentId, JsonSerializer.Serialize(missing.Missing));
        }
    }

    private void Save(EvidenceWrite evidence)
    {
        var item = evidence.Item;
        var replaced = session.Run(
            "UPDATE evidence SET kind = $3, title = $4, text = $5, observed_at = $6, pod_name = $7, container = $8, previous = $9, stored_at = $10 WHERE incident_id = $1 AND key = $2",
            evidence.IncidentId, item.Key, item.Kind, item.Title, item.Text, item.ObservedAt, item.PodName, item.Container, item.Previous, now);
        if (replaced > 0)
        {
            return;
        }

        session.Run(
            """
            INSERT INTO evidence (incident_id, ordinal, key, kind, title, text, observed_at, pod_name, container, previous, stored_at)
            SELECT $1, 1 + COALESCE(MAX(ordinal), 0), $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM evidence WHERE incident_id = $1
            """,
            evidence.IncidentId, item.Key, item.Kind, item.Title, item.Text, item.ObservedAt, item.PodName, item.Container, item.Previous, now);
        session.Run(
            """
            DELETE FROM evidence WHERE incident_id = $1 AND ordinal IN (
                SELECT ordinal FROM evidence WHERE incident_id = $1 ORDER BY observed_at DESC, ordinal DESC LIMIT -1 OFFSET $2)
            """,
            evidence.IncidentId, EvidenceKept);
    }

    private void SaveStorms(IncidentWorkingSet set)
    {
        foreach (var storm in set.Storms.Values.SelectMany(storms => storms).Where(Changed))
        {
            session.Run(
                """
                INSERT INTO storms (id, cluster_id, cause_key, started_at, last_seen_at, history) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (id) DO UPDATE SET last_seen_at = excluded.last_seen_at, history = excluded.history
                """,
                storm.Id, storm.Cause.ClusterId, storm.Cause.Key, storm.StartedAt, storm.LastSeenAt, storm.History);
        }

        foreach (var sighting in set.Sightings.Values.SelectMany(sightings => sightings).Where(Changed))
        {
            session.Run(
                """
                INSERT INTO sightings (cluster_id, cause_key, incident_id, first_at, last_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (cluster_id, cause_key, incident_id) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at
                """,
                sighting.Cause.ClusterId, sighting.Cause.Key, sighting.IncidentId, sighting.FirstAt, sighting.LastAt);
        }

        foreach (var join in set.StormJoins)
        {
            session.Run("UPDATE incidents SET storm_id = $2, version = version + 1 WHERE id = $1 AND storm_id IS NULL", join.IncidentId, join.Storm.Id);
            Save(new OutboxWrite(Projectors.Live, join.IncidentId, Core.Contracts.LiveChangeKinds.Updated, join.Storm.History));
        }
    }

    private void SaveClusters(IncidentWorkingSet set)
    {
        foreach (var cluster in set.Clusters.Values.Where(Changed))
        {
            session.Run(
                """
                INSERT INTO clusters (id, name, captured_at, pods_readable) VALUES ($1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, captured_at = excluded.captured_at, pods_readable = excluded.pods_readable
                """,
                cluster.Id, cluster.Name, cluster.CapturedAt, cluster.PodsReadable);
        }

        foreach (var workload in set.Workloads.Values.Where(Changed))
        {
            session.Run(
                """
                INSERT INTO workloads (cluster_id, namespace, kind, name, desired, ready, all_ready_since, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (cluster_id, namespace, kind, name) DO UPDATE SET desired = excluded.desired, ready = excluded.ready,
                    all_ready_since = excluded.all_ready_since, at = excluded.at
                """,
                workload.Id.ClusterId, workload.Id.Namespace, workload.Id.Kind, workload.Id.Name, workload.Desired, workload.Ready,
                workload.AllReadySince, workload.At);
        }
    }

    /// <summary>The version is random, not counted: a row that went and came again must not look like the one before to a late completion.</summary>
    private void Save(OutboxWrite item) =>
        session.Run(
            """
            INSERT INTO outbox (projector, subject, kind, history, version, attempts, visible_at) VALUES ($1, $2, $3, $4, random(), 0, 0)
            ON CONFLICT (projector, subject) DO UPDATE SET
                kind = CASE WHEN kind IN ('opened', 'rebuild') AND excluded.kind <> 'deleted' THEN kind ELSE excluded.kind END,
                history = history AND excluded.history, version = excluded.version, dead_reason = NULL, dead_at = NULL
            """,
            item.Projector, item.Subject, item.Kind, item.History);
}
