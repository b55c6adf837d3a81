using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Projection;

/// <summary>
/// Incidents → vector memory, in the space of the configured embedding model. A model that has changed since the last start begins a rebuild
/// into its own space by itself. Of two processes with different models the one that started last is followed; the other one stands still.
/// </summary>
internal sealed partial class VectorProjector(IProjections projections, IVectorMemory memory, TextEmbedding embedding, ILogger<VectorProjector> logger) : IProjector
{
    private string? _said;
    private bool _begun;

    public string Name => Projectors.Vectors;

    public int Batch => 64;

    public int Together => 64;

    public TimeSpan ClaimedFor => TimeSpan.FromMinutes(1);

    public int MaxAttempts => 10;

    public async Task<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        var space = (await embedding.SpaceAsync(cancellationToken).ConfigureAwait(false)).ToString();
        var places = await projections.GetPlacesAsync(Name, cancellationToken).ConfigureAwait(false);
        if (places?.Target == space)
        {
            (_begun, _said) = (true, null);
            return true;
        }

        if (places is not null && _begun)
        {
            if (_said != places.Target)
            {
                Log.Elsewhere(logger, places.Target, space);
                _said = places.Target;
            }

            return false;
        }

        Log.Begins(logger, space, places?.Target ?? "nothing");
        await projections.BeginAsync(Name, space, again: false, cancellationToken).ConfigureAwait(false);
        return _begun = true;
    }

    public async Task ProjectAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken)
    {
        var space = await embedding.SpaceAsync(cancellationToken).ConfigureAwait(false);
        // After the claim: a rebuild that begins later than this gives the item another version, and it comes again.
        var places = await projections.GetPlacesAsync(Name, cancellationToken).ConfigureAwait(false);
        if (places is { } moved && moved.Target != space.ToString())
        {
            throw new ProjectionMovedException(Name, moved.Target);
        }

        var facts = await projections.ReadAsync([.. items.Select(item => item.Subject)], cancellationToken).ConfigureAwait(false);
        var gone = items.Select(item => item.Subject).Except(facts.Select(incident => incident.Id)).ToList();
        if (gone.Count > 0)
        {
            await memory.DeleteAsync(gone, cancellationToken).ConfigureAwait(false);
        }

        if (facts.Count > 0)
        {
            var documents = facts.Select(IncidentDocument.Of).ToList();
            var vectors = await embedding.EmbedAsync(documents, cancellationToken).ConfigureAwait(false);
            await memory.UpsertAsync(space, [.. facts.Select((incident, at) => RecordOf(incident, documents[at], vectors[at]))], cancellationToken).ConfigureAwait(false);
        }
    }

    private static VectorRecord RecordOf(IncidentFacts incident, string document, ReadOnlyMemory<float> vector) => new(
        VectorRecord.IdOf(incident.Id), VectorKinds.Incident, incident.Id, incident.ClusterId, incident.Namespace, incident.Workload, incident.Type, document, vector);

    private static partial class Log
    {
        [LoggerMessage(3111, LogLevel.Information, "The vectors are made in the space {Space} from now on; so far in {Before}")]
        public static partial void Begins(ILogger logger, string space, string before);

        [LoggerMessage(3112, LogLevel.Warning, "Another process makes the vectors in the space {Target}; this one, with {Space}, makes none")]
        public static partial void Elsewhere(ILogger logger, string target, string space);
    }
}
