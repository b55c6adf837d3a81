using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;

namespace KubeMemory.Core.Incidents;

/// <summary>
/// The store as the rules need it: it loads what a change names, lets the pure rules work on it, and saves what they changed.
/// The rules know no engine, the engines know no rule.
/// </summary>
public interface IIncidentStore
{
    /// <summary>
    /// One write transaction: loads what the scope names, runs <paramref name="change"/>, saves every changed row with its outbox rows
    /// and gate counts, and commits; or nothing of it. The change must be pure: an engine may run it again after a conflict.
    /// </summary>
    Task<T> ChangeAsync<T>(ChangeScope scope, Func<IncidentWorkingSet, T> change, CancellationToken cancellationToken);

    /// <summary>What may be due for resolution, staleness or another question for evidence: every unresolved incident beside the state of its workload.</summary>
    Task<IReadOnlyList<UnsettledIncident>> ListUnsettledAsync(CancellationToken cancellationToken);

    /// <summary>Every held series beside the state of its workload.</summary>
    Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken);
}

public readonly record struct SeriesId(string ClusterId, string Key);

public readonly record struct WorkloadId(string ClusterId, string Namespace, string Kind, string Name);

public readonly record struct CauseId(string ClusterId, string Key);

/// <param name="CapturedAt">The clock of an imported cluster; null for a live one.</param>
/// <param name="AllReadySince">Null where not all replicas are ready, or nobody has said.</param>
/// <param name="HealthAt">When the workload was last spoken of; null where nobody has.</param>
/// <param name="UnansweredSince">When it last asked for evidence, where neither evidence nor what is missing of it has ever come; else null.</param>
public sealed record UnsettledIncident(
    long Id,
    WorkloadId Workload,
    IncidentStatus Status,
    DateTimeOffset LastSeenAt,
    DateTimeOffset? AllReadySince,
    DateTimeOffset? CapturedAt,
    bool PodsReadable,
    DateTimeOffset? HealthAt,
    DateTimeOffset? UnansweredSince);

public sealed record HeldSeries(SeriesId Id, WorkloadId Workload, DateTimeOffset LastSeenAt, DateTimeOffset? AllReadySince, DateTimeOffset? CapturedAt);

/// <summary>Names the rows that a change may need. What is not named is not there for the change.</summary>
public sealed class ChangeScope
{
    /// <summary>Series, each with the subject (see <see cref="SubjectState"/>) that it is about. Their incidents come along.</summary>
    public Dictionary<SeriesId, string> Series { get; } = [];

    /// <summary>Keys with the subjects that are wanted. The unresolved incident and the newest resolved ones come along, held series too.</summary>
    public Dictionary<IncidentKey, HashSet<string>> Keys { get; } = [];

    public HashSet<long> Incidents { get; } = [];

    /// <summary>Workloads; their unresolved incidents come along.</summary>
    public HashSet<WorkloadId> Workloads { get; } = [];

    public HashSet<string> Clusters { get; } = [];

    /// <summary>Causes; who had them between <see cref="From"/> and <see cref="To"/> comes along, and the storms about them.</summary>
    public HashSet<CauseId> Causes { get; } = [];

    public DateTimeOffset From { get; private set; } = DateTimeOffset.MaxValue;

    public DateTimeOffset To { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Widens the time for which causes are loaded.</summary>
    public void Cover(DateTimeOffset from, DateTimeOffset to)
    {
        From = from < From ? from : From;
        To = to > To ? to : To;
    }
}

/// <summary>One row to write beside the incidents.</summary>
public sealed record TimelineWrite(long IncidentId, DateTimeOffset At, string Kind, string Text);

/// <summary>A new item takes the next ordinal of its incident; one with a known key replaces that one's text under its ordinal.</summary>
public sealed record EvidenceWrite(long IncidentId, EvidenceItem Item);

/// <summary>Replaces what the incident says is missing.</summary>
public sealed record MissingEvidenceWrite(long IncidentId, IReadOnlyList<string> Missing);

/// <summary>Puts an incident, loaded or not, into a storm; one that is in a storm already stays there.</summary>
public sealed record StormJoin(long IncidentId, StormState Storm, DateTimeOffset At);

/// <summary>Gate counts in the making.</summary>
public sealed class GateTally
{
    private readonly Dictionary<(string ClusterId, string Gate), long> _counts = [];

    public IEnumerable<GateCount> Counts => _counts.Select(count => new GateCount(count.Key.ClusterId, count.Key.Gate, count.Value));

    public void Add(string clusterId, string gate, long count = 1) =>
        _counts[(clusterId, gate)] = _counts.GetValueOrDefault((clusterId, gate)) + count;
}
