namespace KubeMemory.Core.Incidents;

/// <summary>
/// The numbers of an incident's life and grouping. Section <c>KubeMemory:Incidents</c>, times as <c>hh:mm:ss</c>; every one must be
/// positive, and no time longer than a year.
/// </summary>
public sealed class IncidentOptions
{
    public const string Section = "KubeMemory:Incidents";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>How long all desired replicas must be ready before an incident is resolved. Default 10 minutes.</summary>
    public TimeSpan ReadyBeforeResolved { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long an incident must be quiet where the replicas were ready all along (a surge pod of a rollout that failed beside a healthy
    /// old version): readiness alone says nothing there. Default 1 hour, well above the kubelet's longest pause between two events.
    /// </summary>
    public TimeSpan QuietBeforeResolvedWhileReady { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long after its resolution a recurrence reopens an incident instead of opening a new one. Default 30 minutes.</summary>
    public TimeSpan ReopenWithin { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>So many reopenings within <see cref="FlappingWithin"/> are flapping. Default 3; 1 to 10.</summary>
    public int FlappingReopenings { get; set; } = 3;

    /// <summary>Default 6 hours.</summary>
    public TimeSpan FlappingWithin { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long an incident may be quiet, where pods cannot be read, before it is stale. Default 2 hours.</summary>
    public TimeSpan QuietBeforeStale { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How many probe failures of one incident key make an incident. Default 3; 1 lets every one through.</summary>
    public int ProbeFailuresHeld { get; set; } = 3;

    /// <summary>How long held probe failures may be quiet before they have ended well. Default 1 hour.</summary>
    public TimeSpan QuietBeforeHeldEnded { get; set; } = TimeSpan.FromHours(1);

    /// <summary>So many workloads with the same cause within <see cref="StormWithin"/> are a storm. Default 3; at least 2.</summary>
    public int StormWorkloads { get; set; } = 3;

    /// <summary>Default 10 minutes.</summary>
    public TimeSpan StormWithin { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after asking for evidence a new worst pod is worth asking again. Default 10 minutes.</summary>
    public TimeSpan EvidenceAgainAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long an incident waits for the answer to its question for evidence before it asks again: the stream that held the question may
    /// have been emptied. Until it is answered, resolved or stale. Default 5 minutes; an answer may take one.
    /// </summary>
    public TimeSpan EvidenceUnansweredAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many event and state texts an incident keeps as evidence. Default 20.</summary>
    public int EventTextsKept { get; set; } = 20;

    /// <summary>Says which numbers make no sense, one sentence each; empty where all do.</summary>
    public IEnumerable<string> Errors()
    {
        (string Name, TimeSpan Value)[] times =
        [
            (nameof(ReadyBeforeResolved), ReadyBeforeResolved),
            (nameof(QuietBeforeResolvedWhileReady), QuietBeforeResolvedWhileReady),
            (nameof(ReopenWithin), ReopenWithin),
            (nameof(FlappingWithin), FlappingWithin),
            (nameof(QuietBeforeStale), QuietBeforeStale),
            (nameof(QuietBeforeHeldEnded), QuietBeforeHeldEnded),
            (nameof(StormWithin), StormWithin),
            (nameof(EvidenceAgainAfter), EvidenceAgainAfter),
            (nameof(EvidenceUnansweredAfter), EvidenceUnansweredAfter),
        ];
        foreach (var (name, value) in times)
        {
            if (value <= TimeSpan.Zero)
            {
                yield return $"{Section}:{name} must be longer than zero.";
            }
            else if (value > Longest)
            {
                yield return $"{Section}:{name} must be no longer than a year; a number without colons is a number of days.";
            }
        }

        if (FlappingReopenings is < 1 or > 10)
        {
            yield return $"{Section}:{nameof(FlappingReopenings)} must be between 1 and 10.";
        }

        if (ProbeFailuresHeld is < 1 or > 1000)
        {
            yield return $"{Section}:{nameof(ProbeFailuresHeld)} must be between 1 and 1000.";
        }

        if (StormWorkloads is < 2 or > 1000)
        {
            yield return $"{Section}:{nameof(StormWorkloads)} must be between 2 and 1000.";
        }

        if (EventTextsKept is < 1 or > 1000)
        {
            yield return $"{Section}:{nameof(EventTextsKept)} must be between 1 and 1000.";
        }
    }
}
