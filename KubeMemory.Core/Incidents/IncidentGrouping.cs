using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;

namespace KubeMemory.Core.Incidents;

/// <summary>
/// Failure → series → incident. What it keeps are highest counts, earliest and latest times and the most telling text, so that the outcome
/// does not depend on the order of arrival, and a signal that comes again changes nothing.
/// </summary>
internal sealed class IncidentGrouping(IncidentWorkingSet set, IncidentOptions options, IncidentLife life, OpeningSpans? openings = null)
{
    private readonly HashSet<CauseId> _causes = [];

    public int Opened { get; private set; }

    /// <summary>The gate that the signal came to.</summary>
    public string Apply(FailureSignal signal, string? traceParent)
    {
        signal = InWholeMicroseconds(signal);
        var id = new SeriesId(signal.ClusterId, signal.SeriesKey);
        if (!set.Series.TryGetValue(id, out var series))
        {
            set.Series[id] = series = new SeriesState { Id = id, IsNew = true };
        }

        var more = signal.Occurrences - series.Occurrences;
        var gate = more > 0 ? Count(signal, series, more, traceParent) : Repeat(signal, series, traceParent);
        set.Gates.Add(signal.ClusterId, gate);
        return gate;
    }

    /// <summary>The replicas of a workload with trouble, as a newer word than that of the failure itself. Recovery does not soften what was.</summary>
    public void Apply(HealthSignal health)
    {
        var at = Microseconds.Floor(health.At);
        if (health.Ready >= health.Desired)
        {
            return;
        }

        foreach (var incident in set.Incidents.Values)
        {
            var key = incident.Key;
            if (incident.Unresolved
                && (key.ClusterId, key.Namespace, key.WorkloadKind, key.WorkloadName) == (health.ClusterId, health.Namespace, health.WorkloadKind, health.WorkloadName)
                && (incident.ReplicasAt is null || at > incident.ReplicasAt))
            {
                incident.ReplicasAt = at;
                incident.DesiredReplicas = health.Desired;
                incident.ReadyReplicas = health.Ready;
            }
        }
    }

    /// <summary>Storms last: they need all incidents of the change.</summary>
    public void Finish() => new StormGrouping(set, options).Apply(_causes);

    public static string SubjectOf(FailureSignal signal) => signal.PodName ?? $"{signal.SubjectKind}/{signal.SubjectName}";

    private string Count(FailureSignal signal, SeriesState series, long more, string? traceParent)
    {
        var key = KeyOf(signal, series);
        series.Occurrences = signal.Occurrences;
        series.LastSeenAt = Later(series.LastSeenAt, signal.LastSeen);
        series.Touch();

        var (incident, reopen) = Locate(key, signal.LastSeen);
        var standing = incident is not null && !reopen;
        if (key.Family == FailureFamily.Probe && !standing && !signal.Sustained)
        {
            Hold(signal, series, key, more);
            if (HeldOccurrences(key) < options.ProbeFailuresHeld)
            {
                return Gates.Held;
            }

            more = 0;
        }

        incident = Stand(incident, reopen, key, signal, traceParent);
        if (more > 0)
        {
            Attach(signal, series, incident, more);
        }

        // A late one that belongs to what is over says nothing about what is held since.
        if (incident.Unresolved)
        {
            ReleaseHeld(key, incident);
        }

        return Gates.Stored;
    }

    /// <summary>No new occurrence, but it may say more than the ones before: a pod's state seen since, an earlier first time.</summary>
    private string Repeat(FailureSignal signal, SeriesState series, string? traceParent)
    {
        if (series.HeldKey is { } key)
        {
            if (!signal.Sustained)
            {
                return Gates.Deduplicated;
            }

            var (standing, reopen) = Locate(key, signal.LastSeen);
            ReleaseHeld(key, Stand(standing, reopen, key, signal, traceParent));
            return Gates.Stored;
        }

        if (series.IncidentId is { } id && set.Incidents.TryGetValue(id, out var incident)
            && set.Subjects.TryGetValue((id, SubjectOf(signal)), out var subject))
        {
            var first = FirstIn(incident, signal);
            Describe(signal, incident, subject, first);
            See(signal, incident, first);
        }

        return Gates.Deduplicated;
    }

    /// <summary>A series keeps the key under which it was first seen, whatever a later version makes of its owner or type.</summary>
    private IncidentKey KeyOf(FailureSignal signal, SeriesState series) =>
        series.HeldKey
        ?? (series.IncidentId is { } id && set.Incidents.TryGetValue(id, out var incident) ? incident.Key : signal.IncidentKey);

    /// <summary>
    /// Whose the time is. Resolutions cut a key's time into pieces: what was before one belongs to the incident that it ended; what comes
    /// after the last one belongs to the unresolved incident, or reopens, or (null) is a new one.
    /// </summary>
    private (IncidentState? Incident, bool Reopen) Locate(IncidentKey key, DateTimeOffset at)
    {
        IncidentState? ended = null, last = null, unresolved = null;
        foreach (var incident in set.ByKey.GetValueOrDefault(key, []))
        {
            if (incident.Unresolved)
            {
                unresolved = incident;
                continue;
            }

            ended = incident.ResolvedAt >= at && (ended is null || incident.ResolvedAt < ended.ResolvedAt) ? incident : ended;
            last = last is null || incident.ResolvedAt > last.ResolvedAt ? incident : last;
        }

        if ((ended ?? unresolved) is { } standing)
        {
            return (standing, false);
        }

        return last is not null && at - last.ResolvedAt <= options.ReopenWithin ? (last, true) : (null, false);
    }

    private IncidentState Stand(IncidentState? incident, bool reopen, IncidentKey key, FailureSignal signal, string? traceParent)
    {
        if (incident is null)
        {
            return Open(key, signal, traceParent);
        }

        if (reopen)
        {
            life.Reopen(incident, signal.LastSeen);
        }

        return incident;
    }

    private IncidentState Open(IncidentKey key, FailureSignal signal, string? traceParent)
    {
        var previous = set.ByKey.GetValueOrDefault(key, []).MaxBy(earlier => earlier.ResolvedAt);
        var id = set.NewIncidentId();
        var incident = new IncidentState
        {
            Id = id,
            Key = key,
            IsNew = true,
            PreviousId = previous?.Id,
            TraceParent = openings?.Begin(signal, key, id, traceParent) ?? traceParent,
            Type = signal.Type,
            Status = IncidentStatus.Open,
            OccurredAt = signal.LastSeen,
            LastSeenAt = signal.LastSeen,
            History = signal.History,
        };
        set.Add(incident);
        Opened++;
        return incident;
    }

    private void Hold(FailureSignal signal, SeriesState series, IncidentKey key, long more)
    {
        if (series.HeldKey is null)
        {
            set.AddHeld(key, series);
        }

        series.HeldKey = key;
        series.Held += more;
        series.HeldSignal = series.HeldSignal is { } held
            ? (held.LastSeen > signal.LastSeen ? held : signal) with { FirstSeen = Earlier(held.FirstSeen, signal.FirstSeen) }
            : signal;
    }

    /// <summary>
    /// Counted as an incident would count them: a state only where no event speaks of the same subject. One failure of each new pod is
    /// how a rollout looks, of however many pods: it takes a pod that failed again, or one that was up.
    /// </summary>
    private long HeldOccurrences(IncidentKey key)
    {
        var subjects = set.Held.GetValueOrDefault(key, []).GroupBy(series => SubjectOf(series.HeldSignal!)).Select(subject =>
        {
            var events = subject.Where(series => series.HeldSignal!.Source == SignalSource.Event).Sum(series => series.Held);
            return (Count: events > 0 ? events : subject.Sum(series => series.Held), StartUp: subject.All(series => series.HeldSignal!.StartUp));
        }).ToList();
        var trouble = options.ProbeFailuresHeld == 1 || subjects.Exists(subject => subject.Count > 1 || !subject.StartUp);
        return trouble ? subjects.Sum(subject => subject.Count) : 0;
    }

    private void ReleaseHeld(IncidentKey key, IncidentState incident)
    {
        if (!set.Held.Remove(key, out var held))
        {
            return;
        }

        foreach (var series in held)
        {
            var (signal, occurrences) = (series.HeldSignal!, series.Held);
            series.Release();
            Attach(signal, series, incident, occurrences);
        }
    }

    private void Attach(FailureSignal signal, SeriesState series, IncidentState incident, long more)
    {
        var first = FirstIn(incident, signal);
        var newHere = series.IncidentId != incident.Id;
        series.IncidentId = incident.Id;
        series.Touch();

        var subject = SubjectIn(incident, signal, first);
        var counted = subject.Counted;
        if (signal.Source == SignalSource.Event)
        {
            subject.EventOccurrences += more;
        }
        else
        {
            subject.StateOccurrences += more;
        }

        var added = subject.Counted - counted;
        incident.Occurrences += added;
        var bucket = (incident.Id, Microseconds.Floor(signal.LastSeen, TimeSpan.FromMinutes(5)));
        set.Activity[bucket] = set.Activity.GetValueOrDefault(bucket) + added;

        Describe(signal, incident, subject, first);
        incident.History &= signal.History;
        if (incident.Status == IncidentStatus.Stale)
        {
            life.Wake(incident, signal.LastSeen);
        }

        if (newHere && incident.EventTexts < options.EventTextsKept)
        {
            incident.EventTexts++;
            set.Evidence.Add(new EvidenceWrite(incident.Id, TextOf(signal)));
        }

        See(signal, incident, first);
    }

    /// <summary>The first time of a series that began in an earlier incident is not this incident's.</summary>
    private DateTimeOffset FirstIn(IncidentState incident, FailureSignal signal) =>
        set.ByKey[incident.Key].Exists(other => other != incident && other.ResolvedAt >= signal.FirstSeen && other.ResolvedAt < signal.LastSeen)
            ? signal.LastSeen
            : signal.FirstSeen;

    private SubjectState SubjectIn(IncidentState incident, FailureSignal signal, DateTimeOffset first)
    {
        var name = SubjectOf(signal);
        if (!set.Subjects.TryGetValue((incident.Id, name), out var subject))
        {
            subject = new SubjectState
            {
                IncidentId = incident.Id,
                Subject = name,
                IsPod = signal.PodName is not null,
                IsNew = true,
                FirstSeenAt = first,
                LastSeenAt = signal.LastSeen,
            };
            set.Subjects[(incident.Id, name)] = subject;
            incident.AffectedPods += subject.IsPod ? 1 : 0;
        }

        subject.Touch();
        return subject;
    }

    private static void Describe(FailureSignal signal, IncidentState incident, SubjectState subject, DateTimeOffset first)
    {
        DescribeSubject(signal, subject, first);
        incident.OccurredAt = Earlier(incident.OccurredAt, first);
        if (IsNewest(signal, incident))
        {
            incident.PodName = signal.PodName ?? incident.PodName;
            incident.NodeName = signal.NodeName ?? incident.NodeName;
            incident.Image = signal.Image ?? incident.Image;
            incident.LastSeenAt = signal.LastSeen;
        }

        if (signal.PodName is not null && (incident.WorstPod is null || signal.RestartCount > incident.RestartCount))
        {
            incident.WorstPod = signal.PodName;
        }

        incident.RestartCount = Math.Max(incident.RestartCount, signal.RestartCount ?? 0);
        DescribeReplicas(signal, incident);
        DescribeFailure(signal, incident);
    }

    private static void DescribeSubject(FailureSignal signal, SubjectState subject, DateTimeOffset first)
    {
        var before = (subject.NodeName, subject.RestartCount, subject.FirstSeenAt, subject.LastSeenAt);
        subject.NodeName = signal.LastSeen >= subject.LastSeenAt ? signal.NodeName ?? subject.NodeName : subject.NodeName ?? signal.NodeName;
        subject.RestartCount = Math.Max(subject.RestartCount, signal.RestartCount ?? 0);
        subject.FirstSeenAt = Earlier(subject.FirstSeenAt, first);
        subject.LastSeenAt = Later(subject.LastSeenAt, signal.LastSeen);
        if (before != (subject.NodeName, subject.RestartCount, subject.FirstSeenAt, subject.LastSeenAt))
        {
            subject.Touch();
        }
    }

    private static bool IsNewest(FailureSignal signal, IncidentState incident) =>
        signal.LastSeen > incident.LastSeenAt
        || (signal.LastSeen == incident.LastSeenAt && string.CompareOrdinal(signal.PodName, incident.PodName) >= 0);

    private static void DescribeReplicas(FailureSignal signal, IncidentState incident)
    {
        var newer = incident.ReplicasAt is null || signal.LastSeen > incident.ReplicasAt
            || (signal.LastSeen == incident.ReplicasAt && signal.ReadyReplicas < incident.ReadyReplicas);
        if (signal.DesiredReplicas is not null && newer)
        {
            incident.ReplicasAt = signal.LastSeen;
            incident.DesiredReplicas = signal.DesiredReplicas;
            incident.ReadyReplicas = signal.ReadyReplicas;
        }
    }

    private static void DescribeFailure(FailureSignal signal, IncidentState incident)
    {
        if (signal.Type.Family() == incident.Key.Family && signal.Type.Specificity() > incident.Type.Specificity())
        {
            incident.Type = signal.Type;
        }

        var rank = TextRank(signal);
        var telling = rank.CompareTo(incident.TextRank) is var byRank and not 0 ? byRank
            : signal.LastSeen.CompareTo(incident.TextAt) is var byTime and not 0 ? byTime
            : string.CompareOrdinal(signal.Description, incident.Description);
        if (telling > 0)
        {
            incident.TextRank = rank;
            incident.TextAt = signal.LastSeen;
            incident.Description = signal.Description;
            incident.Signature = signal.Signature;
            incident.Touch();
        }
    }

    /// <summary>
    /// The type's specificity, except that a create error says why a container loops, where the loop only says that it does; and an exit
    /// code says more than none.
    /// </summary>
    private static int TextRank(FailureSignal signal) =>
        (signal.Type == IncidentType.CreateContainerError ? 25 : signal.Type.Specificity()) + (signal.ExitCode is null ? 0 : 3);

    private static EvidenceItem TextOf(FailureSignal signal) => new(
        signal.Source == SignalSource.Event ? EvidenceKind.Event : EvidenceKind.ContainerState,
        $"signal|{signal.SeriesKey}",
        $"{signal.Reason} on {signal.SubjectKind} {signal.SubjectName}",
        signal.Message,
        signal.LastSeen,
        signal.PodName,
        signal.Container.Length == 0 ? null : signal.Container);

    private void See(FailureSignal signal, IncidentState incident, DateTimeOffset first)
    {
        foreach (var key in signal.CauseKeys)
        {
            var cause = new CauseId(signal.ClusterId, key);
            if (!set.Sightings.TryGetValue(cause, out var sightings))
            {
                set.Sightings[cause] = sightings = [];
            }

            var sighting = sightings.Find(one => one.IncidentId == incident.Id);
            if (sighting is null)
            {
                sighting = new CauseSighting
                {
                    Cause = cause,
                    IncidentId = incident.Id,
                    Workload = new WorkloadId(incident.Key.ClusterId, incident.Key.Namespace, incident.Key.WorkloadKind, incident.Key.WorkloadName),
                    IsNew = true,
                    FirstAt = first,
                    LastAt = signal.LastSeen,
                    StormId = StormOf(incident.Id),
                };
                sightings.Add(sighting);
                sighting.Touch();
            }
            else if (first < sighting.FirstAt || signal.LastSeen > sighting.LastAt)
            {
                sighting.FirstAt = Earlier(sighting.FirstAt, first);
                sighting.LastAt = Later(sighting.LastAt, signal.LastSeen);
                sighting.Touch();
            }
            else
            {
                continue;
            }

            _causes.Add(cause);
        }
    }

    private long? StormOf(long incidentId) => set.Incidents[incidentId].StormId;

    private static FailureSignal InWholeMicroseconds(FailureSignal signal) =>
        Microseconds.IsWhole(signal.FirstSeen) && Microseconds.IsWhole(signal.LastSeen)
            ? signal
            : signal with { FirstSeen = Microseconds.Floor(signal.FirstSeen), LastSeen = Microseconds.Floor(signal.LastSeen) };

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
