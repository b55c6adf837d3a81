using System.Globalization;
using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Postgres;

/// <summary>The staging tables, one for each table that has many rows a batch.</summary>
internal static class Staging
{
    public static StagedRows<(IncidentState Incident, DateTimeOffset StoredAt)> Incidents { get; } = new(
        "staged_incidents",
        new PostgresColumns<(IncidentState Incident, DateTimeOffset StoredAt)>()
            .Long("id", row => row.Incident.Id)
            .Text("incident_key", row => row.Incident.Key.ToString())
            .Text("cluster_id", row => row.Incident.Key.ClusterId)
            .Text("namespace", row => row.Incident.Key.Namespace)
            .Text("workload_kind", row => row.Incident.Key.WorkloadKind)
            .Text("workload", row => row.Incident.Key.WorkloadName)
            .Text("container", row => row.Incident.Key.Container)
            .Text("family", row => row.Incident.Key.Family.ToString())
            .Text("type", row => row.Incident.Type.ToString())
            .Int("severity", row => (int)row.Incident.Severity)
            .Text("status", row => row.Incident.Status.ToString())
            .Flag("flapping", row => row.Incident.Flapping)
            .Text("description", row => row.Incident.Description)
            .Text("signature", row => row.Incident.Signature)
            .Int("text_rank", row => row.Incident.TextRank)
            .Time("text_at", row => row.Incident.TextAt)
            .Text("pod_name", row => row.Incident.PodName)
            .Text("node_name", row => row.Incident.NodeName)
            .Text("image", row => row.Incident.Image)
            .Time("occurred_at", row => row.Incident.OccurredAt)
            .Time("last_seen_at", row => row.Incident.LastSeenAt)
            .Time("resolved_at", row => row.Incident.ResolvedAt)
            .Long("occurrences", row => row.Incident.Occurrences)
            .Int("affected_pods", row => row.Incident.AffectedPods)
            .Int("restart_count", row => row.Incident.RestartCount)
            .Int("desired_replicas", row => row.Incident.DesiredReplicas)
            .Int("ready_replicas", row => row.Incident.ReadyReplicas)
            .Time("replicas_at", row => row.Incident.ReplicasAt)
            .Text("reopenings", row => string.Join(',', row.Incident.Reopenings.Select(at => Microseconds.Of(at).ToString(CultureInfo.InvariantCulture))))
            .Long("previous_id", row => row.Incident.PreviousId)
            .Flag("history", row => row.Incident.History)
            .Text("trace_parent", row => row.Incident.TraceParent)
            .Text("worst_pod", row => row.Incident.WorstPod)
            .Time("evidence_asked_at", row => row.Incident.EvidenceAskedAt)
            .Text("evidence_pod", row => row.Incident.EvidencePod)
            .Int("event_texts", row => row.Incident.EventTexts)
            .Long("version", row => row.Incident.Version)
            .Time("stored_at", row => row.StoredAt));

    public static StagedRows<SeriesState> Series { get; } = new(
        "staged_series",
        new PostgresColumns<SeriesState>()
            .Long("row_id", row => row.RowId)
            .Text("cluster_id", row => row.Id.ClusterId)
            .Text("series_key", row => row.Id.Key)
            .Long("incident_id", row => row.IncidentId)
            .Long("occurrences", row => row.Occurrences)
            .Long("held", row => row.Held)
            .Text("held_key", row => row.HeldKey?.ToString())
            .Bytes("held_signal", row => row.HeldSignal is { } held
                ? JsonSerializer.SerializeToUtf8Bytes(new SignalEnvelope(SignalEnvelope.CurrentVersion, held.LastSeen, null, held), SignalJsonContext.Default.SignalEnvelope)
                : null)
            .Time("last_seen_at", row => row.LastSeenAt));

    public static StagedRows<SubjectState> Subjects { get; } = new(
        "staged_subjects",
        new PostgresColumns<SubjectState>()
            .Long("incident_id", row => row.IncidentId)
            .Text("subject", row => row.Subject)
            .Flag("is_pod", row => row.IsPod)
            .Text("node_name", row => row.NodeName)
            .Int("restart_count", row => row.RestartCount)
            .Time("first_seen_at", row => row.FirstSeenAt)
            .Time("last_seen_at", row => row.LastSeenAt)
            .Long("event_occurrences", row => row.EventOccurrences)
            .Long("state_occurrences", row => row.StateOccurrences));

    public static StagedRows<KeyValuePair<(long IncidentId, DateTimeOffset Bucket), long>> Activity { get; } = new(
        "staged_activity",
        new PostgresColumns<KeyValuePair<(long IncidentId, DateTimeOffset Bucket), long>>()
            .Long("incident_id", row => row.Key.IncidentId)
            .Time("bucket_at", row => row.Key.Bucket)
            .Long("occurrences", row => row.Value));

    public static StagedRows<TimelineWrite> Timeline { get; } = new(
        "staged_timeline",
        new PostgresColumns<TimelineWrite>()
            .Long("incident_id", row => row.IncidentId)
            .Time("at", row => row.At)
            .Text("kind", row => row.Kind)
            .Text("text", row => row.Text));

    public static StagedRows<(OutboxWrite Item, long Version)> Outbox { get; } = new(
        "staged_outbox",
        new PostgresColumns<(OutboxWrite Item, long Version)>()
            .Text("projector", row => row.Item.Projector)
            .Long("subject", row => row.Item.Subject)
            .Text("kind", row => row.Item.Kind)
            .Flag("history", row => row.Item.History)
            .Long("version", row => row.Version));

    /// <summary>For a new connection: the tables live as long as it does, and each transaction leaves them empty.</summary>
    public static string Create { get; } =
        string.Join("; ", Incidents.Create, Series.Create, Subjects.Create, Activity.Create, Timeline.Create, Outbox.Create);
}
