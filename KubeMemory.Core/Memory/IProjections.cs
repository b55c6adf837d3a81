namespace KubeMemory.Core.Memory;

/// <summary>
/// The incident store's side of the projections: what they are made of, how many there should be, and how far a rebuild has come. All of it
/// outlives the process.
/// </summary>
public interface IProjections
{
    /// <summary>The incidents as they are now, in any order; those that are gone are left out.</summary>
    Task<IReadOnlyList<IncidentFacts>> ReadAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken);

    /// <summary>All incidents.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>Where a projection is written and asked, cheaply; null where it has never been begun.</summary>
    Task<ProjectionPlaces?> GetPlacesAsync(string projector, CancellationToken cancellationToken);

    /// <summary>How a projection stands; null where it has never been begun. While it is rebuilt this counts.</summary>
    Task<ProjectionState?> GetAsync(string projector, CancellationToken cancellationToken);

    /// <summary>
    /// Begins to rebuild into the target from the first incident on. A rebuild of the same target that is under way goes on unless
    /// <paramref name="again"/>. What has served so far goes on serving until this one is complete.
    /// </summary>
    /// <param name="target">For vectors the space, see <see cref="VectorSpace.ToString"/>; for the graph <c>graph</c>.</param>
    Task<ProjectionState> BeginAsync(string projector, string target, bool again, CancellationToken cancellationToken);

    /// <summary>
    /// Puts the next incidents of the rebuild, at most <paramref name="max"/>, into the outbox, behind what changes by itself; remembers how
    /// far it is in the same transaction. False where all of them are in.
    /// </summary>
    Task<bool> EnqueueAsync(string projector, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Completes a rebuild whose incidents have all been enqueued and projected: from now on the target serves. The state as it is then.
    /// </summary>
    Task<ProjectionState?> SettleAsync(string projector, CancellationToken cancellationToken);
}

/// <param name="Target">Where changes are projected to.</param>
/// <param name="Serving">What is asked; null while the first rebuild is not complete.</param>
public sealed record ProjectionPlaces(string Target, string? Serving);

/// <param name="Target">Where changes are projected to.</param>
/// <param name="Serving">What is asked; null while the first rebuild is not complete.</param>
/// <param name="Done">Incidents projected, of <paramref name="Total"/>, by the rebuild under way or the last one.</param>
/// <param name="FinishedAt">Null while the rebuild is under way.</param>
public sealed record ProjectionState(
    string Projector, string Target, string? Serving, long Done, long Total, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public bool Rebuilding => FinishedAt is null;
}
