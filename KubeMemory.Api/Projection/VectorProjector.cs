using System.Collections.ObjectModel;
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

        var rebuilt = items.Where(item => item.Kind == OutboxKinds.Rebuild).Select(item => item.Subject).ToHashSet();
        var changed = await ChangedAsync(space, facts, rebuilt, cancellationToken).ConfigureAwait(false);
        if (changed.Count > 0)
        {
            var vectors = await embedding.EmbedAsync([.. changed.Select(one => one.Document)], cancellationToken).ConfigureAwait(false);
            await memory.UpsertAsync(space, [.. changed.Select((one, at) => RecordOf(one.Facts, one.Document, vectors[at]))], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Those whose document is another one than the memory holds: most changes of an incident (one more occurrence) leave its document alone,
    /// and to embed and to replace a record costs far more than to read it. The memory itself is asked, because whatever this process
    /// remembered would be wrong as soon as another one writes or the memory loses its data. A rebuild writes everything.
    /// </summary>
    private async Task<List<(IncidentFacts Facts, string Document)>> ChangedAsync(
        VectorSpace space, IReadOnlyList<IncidentFacts> facts, HashSet<long> rebuilt, CancellationToken cancellationToken)
    {
        string[] ids = [.. facts.Where(incident => !rebuilt.Contains(incident.Id)).Select(incident => VectorRecord.IdOf(incident.Id))];
        var there = ids.Length == 0
            ? ReadOnlyDictionary<string, string>.Empty
            : await memory.GetDocumentsAsync(space, ids, cancellationToken).ConfigureAwait(false);
        return
        [
            .. facts.Select(incident => (Facts: incident, Document: VectorRules.Document(IncidentDocument.Of(incident))))
                .Where(one => there.GetValueOrDefault(VectorRecord.IdOf(one.Facts.Id)) != one.Document),
        ];
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
