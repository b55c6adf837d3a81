using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Relational;

/// <summary>The tables, as the migrations make them. The hot path writes them with prepared statements, not through these.</summary>
internal sealed class IncidentRow
{
    public long Id { get; set; }
    public required string IncidentKey { get; set; }
    public required string ClusterId { get; set; }
    public required string Namespace { get; set; }
    public required string WorkloadKind { get; set; }
    public required string Workload { get; set; }
    public required string Container { get; set; }
    public FailureFamily Family { get; set; }
    public IncidentType Type { get; set; }
    public Severity Severity { get; set; }
    public IncidentStatus Status { get; set; }
    public bool Flapping { get; set; }
    public required string Description { get; set; }
    public required string Signature { get; set; }
    public int TextRank { get; set; }
    public DateTimeOffset TextAt { get; set; }
    public string? PodName { get; set; }
    public string? NodeName { get; set; }
    public string? Image { get; set; }
    public DateTimeOffset OccurredAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public long Occurrences { get; set; }
    public int AffectedPods { get; set; }
    public int RestartCount { get; set; }
    public int? DesiredReplicas { get; set; }
    public int? ReadyReplicas { get; set; }
    public DateTimeOffset? ReplicasAt { get; set; }

    /// <summary>Unix microseconds joined by commas.</summary>
    public required string Reopenings { get; set; }
    public long? PreviousId { get; set; }
    public bool History { get; set; }
    public string? TraceParent { get; set; }
    public string? WorstPod { get; set; }
    public DateTimeOffset? EvidenceAskedAt { get; set; }
    public string? EvidencePod { get; set; }
    public int EventTexts { get; set; }

    /// <summary>A JSON array of sentences.</summary>
    public string? MissingEvidence { get; set; }
    public long? StormId { get; set; }
    public long Version { get; set; }

    /// <summary>When this row was last written by the rules: what retention counts from.</summary>
    public DateTimeOffset StoredAt { get; set; }

    /// <summary>Since when it is nothing but this row.</summary>
    public DateTimeOffset? CompactedAt { get; set; }
}

internal sealed class SeriesRow
{
    public long Id { get; set; }
    public required string ClusterId { get; set; }
    public required string SeriesKey { get; set; }
    public long? IncidentId { get; set; }
    public long Occurrences { get; set; }
    public long Held { get; set; }
    public string? HeldKey { get; set; }

    /// <summary>A <see cref="SignalEnvelope"/> as JSON.</summary>
    public byte[]? HeldSignal { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
}

internal sealed class SubjectRow
{
    public long IncidentId { get; set; }
    public required string Subject { get; set; }
    public bool IsPod { get; set; }
    public string? NodeName { get; set; }
    public int RestartCount { get; set; }
    public DateTimeOffset FirstSeenAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public long EventOccurrences { get; set; }
    public long StateOccurrences { get; set; }
}

internal sealed class ActivityRow
{
    public long IncidentId { get; set; }
    public DateTimeOffset BucketAt { get; set; }
    public long Occurrences { get; set; }
}

internal sealed class TimelineRow
{
    public long Id { get; set; }
    public long IncidentId { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Kind { get; set; }
    public required string Text { get; set; }
}

internal sealed class EvidenceRow
{
    public long IncidentId { get; set; }
    public int Ordinal { get; set; }
    public EvidenceKind Kind { get; set; }
    public required string Key { get; set; }
    public required string Title { get; set; }
    public required string Text { get; set; }
    public DateTimeOffset ObservedAt { get; set; }
    public string? PodName { get; set; }
    public string? Container { get; set; }
    public bool Previous { get; set; }
    public DateTimeOffset StoredAt { get; set; }
}

internal sealed class WorkloadRow
{
    public required string ClusterId { get; set; }
    public required string Namespace { get; set; }
    public required string Kind { get; set; }
    public required string Name { get; set; }
    public int Desired { get; set; }
    public int Ready { get; set; }
    public DateTimeOffset? AllReadySince { get; set; }
    public DateTimeOffset At { get; set; }
}

internal sealed class ClusterRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public DateTimeOffset? CapturedAt { get; set; }
    public bool PodsReadable { get; set; }
}

internal sealed class SightingRow
{
    public required string ClusterId { get; set; }
    public required string CauseKey { get; set; }
    public long IncidentId { get; set; }
    public DateTimeOffset FirstAt { get; set; }
    public DateTimeOffset LastAt { get; set; }
}

internal sealed class StormRow
{
    public long Id { get; set; }
    public required string ClusterId { get; set; }
    public required string CauseKey { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public bool History { get; set; }
}

internal sealed class OutboxRow
{
    public required string Projector { get; set; }
    public long Subject { get; set; }
    public required string Kind { get; set; }
    public bool History { get; set; }
    public long Version { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset VisibleAt { get; set; }

    /// <summary>Why it was put aside.</summary>
    public string? DeadReason { get; set; }
    public DateTimeOffset? DeadAt { get; set; }
}

internal sealed class ProjectionRow
{
    public required string Projector { get; set; }
    public required string Target { get; set; }
    public string? Serving { get; set; }

    /// <summary>The last incident that the rebuild has enqueued; null once all of them are.</summary>
    public long? Cursor { get; set; }
    public long Total { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>The version grows with every change in the space; the row is locked until the change is committed, so versions commit in order.</summary>
internal sealed class VectorSpaceRow
{
    public required string Space { get; set; }
    public long Version { get; set; }
}

internal sealed class VectorRow
{
    public required string Space { get; set; }
    public required string Id { get; set; }

    /// <summary>Of the space, when this row was written.</summary>
    public long Version { get; set; }
    public required string Kind { get; set; }
    public long IncidentId { get; set; }
    public required string ClusterId { get; set; }
    public required string Namespace { get; set; }
    public required string Workload { get; set; }
    public required string Type { get; set; }

    /// <summary>
    /// Normalised, as half-precision numbers, little-endian; null where it was deleted, so that other processes notice. Before the document:
    /// SQLite finds a column behind a long text only by reading through that.
    /// </summary>
    public byte[]? Vector { get; set; }
    public required string Document { get; set; }
}

internal sealed class FixRow
{
    public long Id { get; set; }
    public long IncidentId { get; set; }

    /// <summary>Empty where only an analysis was corrected.</summary>
    public required string Text { get; set; }
    public bool? Worked { get; set; }
    public string? Correction { get; set; }
    public string? SignatureId { get; set; }
    public required string ByName { get; set; }
    public DateTimeOffset At { get; set; }
    public DateTimeOffset? EditedAt { get; set; }
}

/// <summary>What came out for a key, and who is at it.</summary>
internal sealed class AnalysisRow
{
    public required string AnalysisKey { get; set; }

    /// <summary>A <see cref="AnalysisResult"/> as JSON; null while the first one is made.</summary>
    public string? Result { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The incident whose claim is at it; a later claim of the same incident has inherited it.</summary>
    public long? ReservedBy { get; set; }
    public DateTimeOffset? ReservedUntil { get; set; }
}

internal sealed class AnalysisRequestRow
{
    public long IncidentId { get; set; }
    public AnalysisState State { get; set; }
    public int Priority { get; set; }
    public bool Force { get; set; }

    /// <summary>Of the claim; there while it runs, and at no other time.</summary>
    public string? Token { get; set; }

    /// <summary>While queued when it is due, while it runs when the claim is lost.</summary>
    public DateTimeOffset VisibleAt { get; set; }
    public int Attempts { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset QueuedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Asked again while it runs: queued with this as soon as that has ended.</summary>
    public int? NextPriority { get; set; }
    public bool NextForce { get; set; }

    /// <summary>Of the last one that was completed.</summary>
    public string? AnalysisKey { get; set; }
}

/// <summary>What a day has cost, in UTC: the budget must hold even where results are replaced or forgotten.</summary>
internal sealed class AnalysisDayRow
{
    public DateTimeOffset Day { get; set; }
    public long Completed { get; set; }
    public long Reused { get; set; }
    public long Tokens { get; set; }
}

internal sealed class AuditRow
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string UserName { get; set; }
    public required string Role { get; set; }
    public required string Action { get; set; }
    public required string Target { get; set; }
    public string? Address { get; set; }
    public string? TraceId { get; set; }

    /// <summary>Null until the end was seen.</summary>
    public int? Status { get; set; }
    public string? Detail { get; set; }
}

internal sealed class GateRow
{
    public required string ClusterId { get; set; }
    public required string Gate { get; set; }
    public long Count { get; set; }
}

/// <summary>Counted by the stream: what arrived, and what failed. The store counts what it did in <see cref="GateRow"/>.</summary>
internal sealed class StreamGateRow
{
    public required string ClusterId { get; set; }
    public required string Gate { get; set; }
    public long Count { get; set; }
}

internal sealed class StreamEntryRow
{
    public long Id { get; set; }
    public required string Topic { get; set; }
    public required byte[] Payload { get; set; }
}

/// <summary>How far the one group of a topic has been handed out.</summary>
internal sealed class StreamGroupRow
{
    public required string Topic { get; set; }
    public required string Name { get; set; }
    public long LastId { get; set; }
}

internal sealed class StreamPendingRow
{
    public long EntryId { get; set; }
    public required string Topic { get; set; }
    public required string Consumer { get; set; }
    public DateTimeOffset DeliveredAt { get; set; }
    public int Deliveries { get; set; }
}

internal sealed class DeadLetterRow
{
    public long Id { get; set; }
    public required string Topic { get; set; }
    public required string GroupName { get; set; }
    public required string Reason { get; set; }
    public DateTimeOffset At { get; set; }
    public required byte[] Payload { get; set; }
}

internal sealed class CheckpointRow
{
    public required string ClusterId { get; set; }
    public required string Scope { get; set; }
    public required string ResourceVersion { get; set; }
    public DateTimeOffset At { get; set; }
}

internal sealed class LeaseRow
{
    public required string Resource { get; set; }

    /// <summary>Empty where it is free.</summary>
    public required string Holder { get; set; }
    public long Fence { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class LiveChangeRow
{
    public long Id { get; set; }
    public required byte[] Payload { get; set; }
}

internal sealed class WatchStatusRow
{
    public required string Connection { get; set; }
    public required byte[] Payload { get; set; }
}
