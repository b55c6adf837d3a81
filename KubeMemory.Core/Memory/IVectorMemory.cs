using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Memory;

/// <summary>One embedding model and its number of dimensions: vectors of different spaces do not compare.</summary>
/// <param name="Model">The model's id, like <c>lexical-2</c> or <c>nomic-embed-text</c>.</param>
public sealed record VectorSpace(string Model, int Dimensions)
{
    /// <summary>Like <c>lexical-2/384</c>; <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Model}/{Dimensions}");

    /// <exception cref="FormatException">Not what <see cref="ToString"/> gives.</exception>
    public static VectorSpace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.LastIndexOf('/');
        return slash > 0 && int.TryParse(text.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture, out var dimensions) && dimensions > 0
            ? new VectorSpace(text[..slash], dimensions)
            : throw new FormatException($"'{text}' names no vector space.");
    }
}

/// <summary>What is remembered under a stable id: the same id again replaces it.</summary>
/// <param name="Id">Like <c>incident:42</c>; see <see cref="IdOf"/>.</param>
/// <param name="Kind">What it is about; see <see cref="VectorKinds"/>.</param>
/// <param name="Document">The text that was embedded, redacted; kept as <see cref="VectorRules.Document"/> gives it.</param>
/// <param name="Vector">Of the space's dimensions, finite, not all zero; its length does not matter, its direction does.</param>
public sealed record VectorRecord(
    string Id,
    string Kind,
    long IncidentId,
    string ClusterId,
    string Namespace,
    string Workload,
    IncidentType Type,
    string Document,
    ReadOnlyMemory<float> Vector)
{
    public static string IdOf(long incidentId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"incident:{incidentId}");
}

public static class VectorKinds
{
    public const string Incident = "incident";
}

/// <summary>Restricts a search; null restricts nothing.</summary>
/// <param name="Except">An incident that is not to be found: the one that asks.</param>
public sealed record VectorFilter(
    string? ClusterId = null,
    string? Namespace = null,
    string? Workload = null,
    IncidentType? Type = null,
    string? Kind = null,
    long? Except = null)
{
    public static VectorFilter None { get; } = new();
}

/// <param name="Similarity">Cosine, −1 to 1.</param>
public sealed record VectorMatch(string Id, string Kind, long IncidentId, string Document, double Similarity);

/// <summary>
/// What was, found by meaning. A projection of the incident store: it may be dropped and rebuilt. Thread-safe.
/// What breaks <see cref="VectorRules"/> is an <see cref="ArgumentException"/>, before anything is asked of the engine.
/// </summary>
/// <exception cref="Contracts.EngineUnavailableException">The engine does not answer: try again later.</exception>
/// <exception cref="ProjectionRejectedException">The engine refuses what it was given: do not try again.</exception>
public interface IVectorMemory
{
    /// <summary>Remembers the records in the space, which comes to be with its first record. All or, after a fault, any part of them.</summary>
    Task UpsertAsync(VectorSpace space, IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken);

    /// <summary>Forgets everything about the incidents, in every space.</summary>
    Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken);

    /// <summary>The nearest records, nearest first, at most <paramref name="max"/> (1 to 100); none where the space does not exist.</summary>
    Task<IReadOnlyList<VectorMatch>> SearchAsync(
        VectorSpace space, ReadOnlyMemory<float> vector, int max, VectorFilter filter, CancellationToken cancellationToken);

    /// <summary>The vector remembered under the id, normalised or not; null where there is none.</summary>
    Task<ReadOnlyMemory<float>?> GetAsync(VectorSpace space, string id, CancellationToken cancellationToken);

    /// <summary>
    /// The documents remembered under the ids, as <see cref="VectorRules.Document"/> gives them; those that are not there are left out. What
    /// was written is seen at once, whichever process wrote it.
    /// </summary>
    Task<IReadOnlyDictionary<string, string>> GetDocumentsAsync(VectorSpace space, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>How many records the space holds; 0 where it does not exist.</summary>
    Task<long> CountAsync(VectorSpace space, CancellationToken cancellationToken);

    Task<IReadOnlyList<VectorSpace>> ListSpacesAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the whole space; nothing where it does not exist.</summary>
    Task DropAsync(VectorSpace space, CancellationToken cancellationToken);
}
