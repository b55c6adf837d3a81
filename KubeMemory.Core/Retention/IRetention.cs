namespace KubeMemory.Core.Retention;

/// <summary>
/// What the store forgets. Ages count from when something was last stored, not from the cluster's own clock. Each call is one transaction
/// with the outbox rows that carry the change to every projection.
/// </summary>
public interface IRetention
{
    /// <summary>Removes logs stored before then, from at most <paramref name="max"/> incidents, those oldest first. How many incidents lost some.</summary>
    Task<int> DropLogsAsync(DateTimeOffset storedBefore, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Reduces incidents that are resolved or stale, and were last stored before then, to their summary: evidence, timeline, activity, pods and
    /// series go. At most
    /// <paramref name="max"/>, oldest first; how many there were.
    /// </summary>
    Task<int> CompactAsync(DateTimeOffset storedBefore, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Removes analyses completed before then that no incident has any more, at most <paramref name="max"/>, oldest first; how many there were.
    /// </summary>
    Task<int> DropAnalysesAsync(DateTimeOffset before, int max, CancellationToken cancellationToken);

    /// <summary>Forgets an incident altogether, with what was recorded on it, a person's decision; false where there is none.</summary>
    Task<bool> DeleteAsync(long incidentId, CancellationToken cancellationToken);
}
