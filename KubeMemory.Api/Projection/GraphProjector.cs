using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Projection;

/// <summary>Incidents → incident graph.</summary>
internal sealed class GraphProjector(IProjections projections, IIncidentGraph graph) : IProjector
{
    /// <summary>There is one graph.</summary>
    public const string Target = "graph";

    private bool _prepared;

    public string Name => Projectors.Graph;

    public int Batch => 200;

    public int Together => 200;

    public TimeSpan ClaimedFor => TimeSpan.FromMinutes(1);

    public int MaxAttempts => 10;

    public async Task<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        if (!_prepared)
        {
            await graph.PrepareAsync(cancellationToken).ConfigureAwait(false);
            if (await projections.GetPlacesAsync(Name, cancellationToken).ConfigureAwait(false) is null)
            {
                await projections.BeginAsync(Name, Target, again: false, cancellationToken).ConfigureAwait(false);
            }

            _prepared = true;
        }

        return true;
    }

    public async Task ProjectAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken)
    {
        try
        {
            var facts = await projections.ReadAsync([.. items.Select(item => item.Subject)], cancellationToken).ConfigureAwait(false);
            var gone = items.Select(item => item.Subject).Except(facts.Select(incident => incident.Id)).ToList();
            if (gone.Count > 0)
            {
                await graph.DeleteAsync(gone, cancellationToken).ConfigureAwait(false);
            }

            if (facts.Count > 0)
            {
                await graph.UpsertAsync(facts, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // It may come back empty, without its constraints.
            _prepared = false;
            throw;
        }
    }
}
