using KubeMemory.Core.Incidents;

namespace KubeMemory.Api.Projection;

/// <summary>What becomes of the outbox's items of one name. Called by one <see cref="ProjectorLoop"/> at a time; the same item may come again.</summary>
internal interface IProjector
{
    /// <summary>One of <see cref="Projectors"/>.</summary>
    string Name { get; }

    /// <summary>How many items are claimed at once.</summary>
    int Batch { get; }

    /// <summary>How many of them are projected in one call; 1 where a repetition of those that went well would be noticed.</summary>
    int Together { get; }

    /// <summary>For how long nobody else gets a claimed item: well above what a batch takes.</summary>
    TimeSpan ClaimedFor { get; }

    /// <summary>How often an item may fail for a reason that nobody knows before it is put aside.</summary>
    int MaxAttempts { get; }

    /// <summary>Before each claim; false where nothing can be projected from here.</summary>
    Task<bool> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Projects the present state of the items' subjects.</summary>
    /// <exception cref="Core.Memory.ProjectionRejectedException">One of them, at least, is refused for good.</exception>
    /// <exception cref="ProjectionEarlyException">The one item, given alone, is to come again later: nothing has failed.</exception>
    Task ProjectAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken);
}

/// <summary>Too early for this item; see <see cref="IProjector.Together"/>, which must be 1.</summary>
internal sealed class ProjectionEarlyException(TimeSpan wait) : Exception($"Too early by {wait}.")
{
    public TimeSpan Wait { get; } = wait;
}
