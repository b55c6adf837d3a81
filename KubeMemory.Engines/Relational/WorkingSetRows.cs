using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Relational;

/// <summary>How the rows that a change needs are read; the statements that select them are each engine's own.</summary>
internal static class WorkingSetRows
{
    /// <summary>How many resolved incidents of a key a late signal may still belong to.</summary>
    public const int ResolvedKept = 5;

    public const string IncidentColumns =
        "i.id, i.cluster_id, i.namespace, i.workload_kind, i.workload, i.container, i.family, i.type, i.severity, i.status, i.flapping, "
        + "i.description, i.signature, i.text_rank, i.text_at, i.pod_name, i.node_name, i.image, i.occurred_at, i.last_seen_at, i.resolved_at, "
        + "i.occurrences, i.affected_pods, i.restart_count, i.desired_replicas, i.ready_replicas, i.replicas_at, i.reopenings, i.previous_id, "
        + "i.history, i.trace_parent, i.worst_pod, i.evidence_asked_at, i.evidence_pod, i.event_texts, i.storm_id, i.version";

    public static SeriesState SeriesOf(DbDataReader row, SeriesId id)
    {
        var series = new SeriesState
        {
            Id = id,
            RowId = row.GetInt64(1),
            IncidentId = row.Long(2),
            Occurrences = row.GetInt64(3),
            Held = row.GetInt64(4),
            LastSeenAt = row.Time(7),
        };
        if (!row.IsDBNull(5))
        {
            series.HeldKey = ParseKey(row.GetString(5));
            series.HeldSignal = (FailureSignal)JsonSerializer.Deserialize(row.Bytes(6), SignalJsonContext.Default.SignalEnvelope)!.Signal;
        }

        return series;
    }

    public static IncidentState IncidentOf(DbDataReader row)
    {
        var incident = new IncidentState
        {
            Id = row.GetInt64(0),
            Key = new IncidentKey(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.Name<FailureFamily>(6)),
            Type = row.Name<IncidentType>(7),
            Severity = (Severity)row.GetInt32(8),
            Status = row.Name<IncidentStatus>(9),
            Flapping = row.GetBoolean(10),
            Description = row.GetString(11),
            Signature = row.GetString(12),
            TextRank = row.GetInt32(13),
            TextAt = row.Time(14),
            PodName = row.Text(15),
            NodeName = row.Text(16),
            Image = row.Text(17),
            OccurredAt = row.Time(18),
            LastSeenAt = row.Time(19),
            ResolvedAt = row.TimeOrNull(20),
            Occurrences = row.GetInt64(21),
            AffectedPods = row.GetInt32(22),
            RestartCount = row.GetInt32(23),
            DesiredReplicas = row.Int(24),
            ReadyReplicas = row.Int(25),
            ReplicasAt = row.TimeOrNull(26),
            Reopenings = [.. row.GetString(27).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(at => Microseconds.At(long.Parse(at, CultureInfo.InvariantCulture)))],
            PreviousId = row.Long(28),
            History = row.GetBoolean(29),
            TraceParent = row.Text(30),
            WorstPod = row.Text(31),
            EvidenceAskedAt = row.TimeOrNull(32),
            EvidencePod = row.Text(33),
            EventTexts = row.GetInt32(34),
            StormId = row.Long(35),
            Version = row.GetInt64(36),
        };
        incident.Loaded();
        return incident;
    }

    public static IncidentKey ParseKey(string text)
    {
        var parts = text.Split('|');
        return new IncidentKey(parts[0], parts[1], parts[2], parts[3], parts[4], Enum.Parse<FailureFamily>(parts[5]));
    }
}
