using KubeMemory.Core.Contracts;
using KubeMemory.Core.Streams;

namespace KubeMemory.Core.Incidents;

/// <summary>What the API asks of the incident store. Filtered, ordered and counted in the database.</summary>
public interface IIncidentReader
{
    /// <summary>One page by key. An unreadable cursor is an <see cref="InvalidCursorException"/>.</summary>
    Task<IncidentSlice> ListAsync(IncidentQuery query, CancellationToken cancellationToken);

    Task<IncidentDetail?> GetAsync(long id, CancellationToken cancellationToken);

    /// <summary>A person's decision; the summary as it is now, or null where there is no such incident. Setting the same status changes nothing.</summary>
    Task<IncidentSummary?> SetStatusAsync(long id, IncidentStatus status, CancellationToken cancellationToken);

    /// <summary>Unresolved (open, investigating, stale) by severity; all incidents; storms of the last 24 hours; names for the filters.</summary>
    Task<StoreCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>What became of the signals in the store: deduplicated, held, stored; cluster by cluster. The stream counts its own gates.</summary>
    Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken);
}

public enum IncidentSort
{
    /// <summary>Seen last, newest first.</summary>
    LastSeen,

    /// <summary>Occurred, newest first.</summary>
    OccurredAt,

    /// <summary>Severity, worst first; then seen last.</summary>
    Severity,

    /// <summary>Occurrences, most first.</summary>
    Occurrences,
}

/// <summary>A filter; an empty list means no restriction. Times compare with the last time seen.</summary>
/// <param name="Cluster">Names or ids.</param>
/// <param name="Text">Words that must all stand in workload, namespace, pod, description, signature, evidence or in what was recorded on it.</param>
/// <param name="Cursor">Opaque, from the slice before; null for the first page.</param>
/// <param name="Limit">1 to 200.</param>
/// <param name="Storm">Only incidents of this storm; null for all.</param>
public sealed record IncidentQuery(
    IReadOnlyList<IncidentStatus> Status,
    IReadOnlyList<Severity> Severity,
    IReadOnlyList<IncidentType> Type,
    IReadOnlyList<FailureFamily> Family,
    IReadOnlyList<string> Namespace,
    IReadOnlyList<string> Cluster,
    IReadOnlyList<string> Workload,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    string? Text = null,
    IncidentSort Sort = IncidentSort.LastSeen,
    bool Ascending = false,
    string? Cursor = null,
    int Limit = 25,
    long? Storm = null)
{
    public static IncidentQuery All { get; } = new([], [], [], [], [], [], []);
}

/// <param name="Next">Cursor of the next page, or null.</param>
/// <param name="Previous">Cursor of the page before, or null.</param>
public sealed record IncidentSlice(long Count, string? Next, string? Previous, IReadOnlyList<IncidentSummary> Results);

public sealed record StoreCounts(
    IReadOnlyDictionary<Severity, long> OpenBySeverity,
    long Incidents,
    long Storms,
    IReadOnlyList<string> Clusters,
    IReadOnlyList<string> Namespaces)
{
    /// <summary>Storms of the last 24 hours with an unresolved incident, newest first, at most 20.</summary>
    public IReadOnlyList<StormSummary> StormsNow { get; init; } = [];
}

public sealed class InvalidCursorException() : Exception("The page cursor is damaged or belongs to another ordering. Start again from the first page.");
