using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Memory;

/// <summary>
/// What the incident store finds by itself for the memory: by key, by signature, by cause, by words. Each is a fixed number of questions to the
/// database, however many incidents are asked about. Thread-safe.
/// </summary>
/// <exception cref="EngineUnavailableException">The store does not answer.</exception>
public interface IIncidentSearch
{
    /// <summary>The incidents as they are now, in the order of the ids; those that are gone are left out.</summary>
    Task<IReadOnlyList<IncidentSummary>> ReadAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken);

    /// <summary>The id of the cluster with this name or id; null where there is none.</summary>
    Task<string?> FindClusterAsync(string nameOrId, CancellationToken cancellationToken);

    /// <summary>What goes back to the same key, and what has the same signature elsewhere.</summary>
    /// <param name="clusterId">Only of this cluster; null: of all.</param>
    /// <param name="max">Of each of the two.</param>
    Task<Kin> FindKinAsync(long incidentId, string? clusterId, int max, CancellationToken cancellationToken);

    /// <summary>How many incidents the key of each of these has had, itself included.</summary>
    Task<IReadOnlyDictionary<long, long>> CountLivesAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken);

    /// <summary>
    /// Where words begin as these do, each by itself, of several in one the last: in names, descriptions and signatures (any part of a word of three characters and more), and
    /// in evidence and in fixes. Of one word in one place at most <see cref="WordHits.MostOfOne"/> + 1 are given: one of which there are more tells nothing apart.
    /// </summary>
    /// <param name="words">Letters and digits, with a blank between words that are to be found together; at most 40.</param>
    Task<WordHits> FindWordsAsync(IReadOnlyList<string> words, string? clusterId, CancellationToken cancellationToken);

    /// <summary>The incidents in which all of the words stand, wherever; those seen last first.</summary>
    /// <param name="words">As typed, without blanks.</param>
    Task<IReadOnlyList<long>> FindAllWordsAsync(IReadOnlyList<string> words, string? clusterId, int max, CancellationToken cancellationToken);

    /// <summary>The texts of evidence and fixes, in any order; what is gone is left out. A text is cut to its first 64 Ki characters.</summary>
    Task<IReadOnlyList<StoredText>> ReadTextsAsync(IReadOnlyList<TextPlace> places, CancellationToken cancellationToken);

    /// <summary>
    /// Other incidents of the same cluster that show the same cause (<c>registry:…</c>, <c>volume:…</c>, <c>dns:…</c>, …) or are in the same storm
    /// (<c>storm:</c> and its cause), and that are unresolved or began within <paramref name="within"/> of it.
    /// </summary>
    Task<IReadOnlyList<CauseShare>> FindCauseSharesAsync(long incidentId, TimeSpan within, int max, CancellationToken cancellationToken);
}

/// <param name="SameKey">Others of the same key, newest first.</param>
/// <param name="SameSignature">Of other keys the newest one each, newest first.</param>
public sealed record Kin(IReadOnlyList<long> SameKey, IReadOnlyList<long> SameSignature);

/// <param name="Incidents">How many incidents there are to tell apart.</param>
public sealed record WordHits(long Incidents, IReadOnlyList<WordHit> Hits)
{
    /// <summary>Of one word in one place.</summary>
    public const int MostOfOne = 400;
}

/// <param name="Word">Its place among the words asked for.</param>
/// <param name="Number">Evidence's ordinal within the incident, a fix's id; 0 where the word stands in the incident's own names and texts.</param>
public readonly record struct WordHit(int Word, WordPlace Place, long IncidentId, long Number);

/// <summary>Where words are looked for.</summary>
public enum WordPlace
{
    Incident,
    Evidence,

    /// <summary>What people did, and what they corrected.</summary>
    Fix,
}

/// <param name="Number">As in <see cref="WordHit"/>.</param>
public readonly record struct TextPlace(WordPlace Place, long IncidentId, long Number);

public sealed record StoredText(TextPlace Place, string Text);

public readonly record struct CauseShare(string CauseKey, long IncidentId);
