using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Memory;

/// <summary>What the projections are made of: one incident as it is now.</summary>
/// <param name="Pods">Those it struck, at most 100, seen last first.</param>
/// <param name="Fixes">What people did, at most 20, newest first.</param>
/// <param name="Evidence">Texts of events, container states, specs and logs, each cut to some KiB; what the document quotes.</param>
public sealed record IncidentFacts(
    long Id,
    string ClusterId,
    string ClusterName,
    string Namespace,
    string WorkloadKind,
    string Workload,
    string Container,
    FailureFamily Family,
    IncidentType Type,
    Severity Severity,
    IncidentStatus Status,
    string Description,
    string Signature,
    string? Image,
    DateTimeOffset OccurredAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset? ResolvedAt,
    long Occurrences,
    long? PreviousId,
    long? StormId,
    long Version,
    IReadOnlyList<PodFact> Pods,
    IReadOnlyList<RolloutFact> Rollouts,
    IReadOnlyList<FixFact> Fixes,
    IReadOnlyList<EvidenceFact> Evidence);

public sealed record PodFact(string Name, string? NodeName);

/// <param name="Key">Unique within the workload.</param>
public sealed record RolloutFact(string Key, string Title, DateTimeOffset At)
{
    /// <summary>What its containers run, separated by commas; null where it is not known.</summary>
    public string? Images { get; init; }
}

/// <param name="Worked">Null while nobody has said.</param>
public sealed record FixFact(long Id, string Text, bool? Worked);

public sealed record EvidenceFact(Signals.EvidenceKind Kind, string Title, string Text);
