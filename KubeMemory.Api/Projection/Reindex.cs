using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Projection;

/// <summary>
/// Rebuilds on request. Nothing is emptied first: what is there is found until the new takes its place record by record, and what should not
/// be there vanishes on the way, because the rebuild goes through every id, those of incidents that are gone too.
/// </summary>
internal sealed class Reindex(IProjections projections, TextEmbedding embedding)
{
    public static readonly string[] Names = [Projectors.Vectors, Projectors.Graph];

    /// <param name="projector">One of <see cref="Names"/>.</param>
    /// <param name="again">From the first incident on, even where one is under way.</param>
    public async Task<ReindexProgress> BeginAsync(string projector, bool again, CancellationToken cancellationToken)
    {
        var target = projector == Projectors.Graph
            ? GraphProjector.Target
            : (await embedding.SpaceAsync(cancellationToken).ConfigureAwait(false)).ToString();
        return ProgressOf(await projections.BeginAsync(projector, target, again, cancellationToken).ConfigureAwait(false));
    }

    public async Task<IReadOnlyList<ReindexProgress>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<ReindexProgress>();
        foreach (var name in Names)
        {
            if (await projections.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } state)
            {
                all.Add(ProgressOf(state));
            }
        }

        return all;
    }

    internal static ReindexProgress ProgressOf(ProjectionState state) =>
        new(state.Projector, state.Target, state.Serving, state.Rebuilding, state.Done, state.Total, state.StartedAt, state.FinishedAt);
}
