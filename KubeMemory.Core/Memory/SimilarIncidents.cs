using KubeMemory.Core.Incidents;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Memory;

/// <param name="Similarity">Cosine, −1 to 1.</param>
public readonly record struct SimilarIncident(long IncidentId, double Similarity);

/// <summary>Incidents by likeness. Thread-safe.</summary>
public sealed class SimilarIncidents(IVectorMemory memory, IProjections projections, TextEmbedding embedding)
{
    /// <summary>How many can be asked for.</summary>
    public const int Most = 50;

    /// <summary>
    /// Those most like the incident, the likest first, never itself; null where there is no such incident. Its remembered vector is what is
    /// looked for; where it has none yet, its text as it is now.
    /// </summary>
    /// <param name="max">1 to <see cref="Most"/>.</param>
    public async Task<IReadOnlyList<SimilarIncident>?> FindAsync(long incidentId, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        CheckMax(max);
        var facts = await projections.ReadAsync([incidentId], cancellationToken).ConfigureAwait(false);
        if (facts.Count == 0)
        {
            return null;
        }

        // What has served so far goes on serving while another space is rebuilt, even by another model: no text needs to be embedded for it.
        if (await ServingAsync(cancellationToken).ConfigureAwait(false) is { } serving
            && await memory.GetAsync(serving, VectorRecord.IdOf(incidentId), cancellationToken).ConfigureAwait(false) is { } remembered)
        {
            return await SearchAsync(serving, remembered, max, filter with { Except = incidentId }, cancellationToken).ConfigureAwait(false);
        }

        return await FindTextAsync(IncidentDocument.Of(facts[0]), max, filter with { Except = incidentId }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Those most like the text, the likest first. While the first vectors of another model are made, among those that there are.</summary>
    /// <param name="max">1 to <see cref="Most"/>.</param>
    public async Task<IReadOnlyList<SimilarIncident>> FindAsync(string text, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentNullException.ThrowIfNull(filter);
        CheckMax(max);
        return await FindTextAsync(Redactor.Default.Redact(text), max, filter, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<SimilarIncident>> FindTextAsync(string text, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        // A text can be looked for in its own model's space alone.
        var space = await embedding.SpaceAsync(cancellationToken).ConfigureAwait(false);
        var vector = (await embedding.EmbedAsync([text], cancellationToken).ConfigureAwait(false))[0];
        return await SearchAsync(space, vector, max, filter, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<SimilarIncident>> SearchAsync(
        VectorSpace space, ReadOnlyMemory<float> vector, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        var found = await memory.SearchAsync(space, vector, max, filter with { Kind = VectorKinds.Incident }, cancellationToken).ConfigureAwait(false);
        return [.. found.Where(match => match.IncidentId != filter.Except).Select(match => new SimilarIncident(match.IncidentId, match.Similarity))];
    }

    /// <summary>While nothing is complete yet, what is being filled.</summary>
    private async Task<VectorSpace?> ServingAsync(CancellationToken cancellationToken) =>
        await projections.GetPlacesAsync(Projectors.Vectors, cancellationToken).ConfigureAwait(false) is { } places
            ? VectorSpace.Parse(places.Serving ?? places.Target)
            : null;

    private static void CheckMax(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, Most);
    }
}
