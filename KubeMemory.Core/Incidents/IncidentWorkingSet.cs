using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Incidents;

/// <summary>
/// What one change works on: the rows that its scope named, and what it has to say beside them. The engine saves rows that are
/// <see cref="TrackedState.Dirty"/>. Lives for one change, on one thread.
/// </summary>
/// <param name="newIncidentId">Gives ids in growing order.</param>
/// <param name="newStormId">Gives ids in growing order.</param>
public sealed class IncidentWorkingSet(Func<long> newIncidentId, Func<long> newStormId)
{
    public Dictionary<SeriesId, SeriesState> Series { get; } = [];

    /// <summary>Every loaded or new incident.</summary>
    public Dictionary<long, IncidentState> Incidents { get; } = [];

    /// <summary>The loaded incidents of a key, in no order.</summary>
    public Dictionary<IncidentKey, List<IncidentState>> ByKey { get; } = [];

    public Dictionary<(long IncidentId, string Subject), SubjectState> Subjects { get; } = [];

    /// <summary>Series that are held, by key.</summary>
    public Dictionary<IncidentKey, List<SeriesState>> Held { get; } = [];

    public Dictionary<WorkloadId, WorkloadState> Workloads { get; } = [];

    public Dictionary<string, ClusterState> Clusters { get; } = [];

    public Dictionary<CauseId, List<CauseSighting>> Sightings { get; } = [];

    public Dictionary<CauseId, List<StormState>> Storms { get; } = [];

    /// <summary>Occurrences to add to an incident's five-minute bucket; may be negative.</summary>
    public Dictionary<(long IncidentId, DateTimeOffset Bucket), long> Activity { get; } = [];

    public List<TimelineWrite> Timeline { get; } = [];

    public List<EvidenceWrite> Evidence { get; } = [];

    public List<MissingEvidenceWrite> MissingEvidence { get; } = [];

    public List<StormJoin> StormJoins { get; } = [];

    public List<OutboxWrite> Outbox { get; } = [];

    public GateTally Gates { get; } = new();

    public void Add(IncidentState incident)
    {
        Incidents[incident.Id] = incident;
        if (!ByKey.TryGetValue(incident.Key, out var sameKey))
        {
            ByKey[incident.Key] = sameKey = [];
        }

        sameKey.Add(incident);
    }

    public void AddHeld(IncidentKey key, SeriesState series)
    {
        if (!Held.TryGetValue(key, out var held))
        {
            Held[key] = held = [];
        }

        held.Add(series);
    }

    public long NewIncidentId() => newIncidentId();

    public long NewStormId() => newStormId();
}

/// <summary>A row that knows whether it must be saved.</summary>
public abstract class TrackedState
{
    public bool IsNew { get; init; }

    public bool Dirty { get; private set; }

    public void Touch() => Dirty = true;

    /// <summary>Said by the engine once a row stands as it was stored.</summary>
    public virtual void Loaded() => Dirty = false;

    /// <summary>Assigns and marks the row where the value differs.</summary>
    protected void Set<T>(ref T field, T value)
    {
        if (!EqualityComparer<T>.Default.Equals(field, value))
        {
            field = value;
            Dirty = true;
        }
    }
}

/// <summary>One repeating Event, or one fact of a pod's state.</summary>
public sealed class SeriesState : TrackedState
{
    public required SeriesId Id { get; init; }

    /// <summary>The row's number in the engine; 0 while new.</summary>
    public long RowId { get; init; }

    /// <summary>The incident that its last occurrences went to; null while it is held, or after that ended well.</summary>
    public long? IncidentId { get; set; }

    /// <summary>The highest count ever seen.</summary>
    public long Occurrences { get; set; }

    /// <summary>Of these, how many are held back now.</summary>
    public long Held { get; set; }

    /// <summary>While held: the key that holds it, and the signal to be applied when it is released.</summary>
    public IncidentKey? HeldKey { get; set; }

    public FailureSignal? HeldSignal { get; set; }

    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>It is held no longer.</summary>
    public void Release()
    {
        Held = 0;
        HeldKey = null;
        HeldSignal = null;
        Touch();
    }
}

/// <summary>
/// A pod (or, where no pod is concerned, <c>Kind/name</c> of the subject) within an incident. A subject counts what its Events say; where
/// no Event covers it, what its states say. So the sum is the same in whatever order both arrive.
/// </summary>
public sealed class SubjectState : TrackedState
{
    public required long IncidentId { get; init; }

    public required string Subject { get; init; }

    public required bool IsPod { get; init; }

    public string? NodeName { get; set; }

    public int RestartCount { get; set; }

    public DateTimeOffset FirstSeenAt { get; set; }

    public DateTimeOffset LastSeenAt { get; set; }

    public long EventOccurrences { get; set; }

    public long StateOccurrences { get; set; }

    public long Counted => EventOccurrences > 0 ? EventOccurrences : StateOccurrences;
}

public sealed class WorkloadState : TrackedState
{
    public required WorkloadId Id { get; init; }

    public int Desired { get; set; }

    public int Ready { get; set; }

    public DateTimeOffset? AllReadySince { get; set; }

    public DateTimeOffset At { get; set; }
}

public sealed class ClusterState : TrackedState
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public DateTimeOffset? CapturedAt { get; set; }

    public bool PodsReadable { get; set; } = true;
}

/// <summary>When an incident showed a cause.</summary>
public sealed class CauseSighting : TrackedState
{
    public required CauseId Cause { get; init; }

    public required long IncidentId { get; init; }

    public required WorkloadId Workload { get; init; }

    public DateTimeOffset FirstAt { get; set; }

    public DateTimeOffset LastAt { get; set; }

    /// <summary>The storm that the incident is in.</summary>
    public long? StormId { get; set; }
}

public sealed class StormState : TrackedState
{
    public required long Id { get; init; }

    public required CauseId Cause { get; init; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>All its incidents came from first lists.</summary>
    public bool History { get; set; }
}
