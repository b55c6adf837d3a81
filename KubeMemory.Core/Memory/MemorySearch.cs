using KubeMemory.Core.Contracts;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Memory;

/// <summary>
/// What the memory has on a question: by meaning (vectors), by words (the full text of incidents, their evidence and fixes), fused by rank. One row an
/// incident, at the place where the words stand. Thread-safe.
/// </summary>
public sealed class MemorySearch(IIncidentSearch search, SimilarIncidents vectors)
{
    /// <summary>Values of <see cref="MemoryHit.Kind"/>.</summary>
    public const string IncidentKind = "incident";
    public const string EvidenceKind = "evidence";
    public const string FixKind = "fix";

    public const int LongestQuery = 400;
    public const int Most = 50;

    private const int MostWords = 20;
    private const int Looked = 50;

    /// <summary>What is found by meaning alone is shown from this cosine on: a search for the nearest always finds something.</summary>
    private const double AlikeFrom = 0.3;

    /// <summary>What is found by words alone must have so much of the query's weight.</summary>
    private const double WordsFrom = 0.34;

    /// <param name="query">1 to <see cref="LongestQuery"/> characters, not blank.</param>
    /// <param name="max">1 to <see cref="Most"/>.</param>
    /// <param name="clusterId">Null: all clusters.</param>
    /// <param name="kind">Null: wherever the words stand.</param>
    /// <exception cref="EngineUnavailableException">The incident store does not answer. Vectors that do not answer are said in the results.</exception>
    public async Task<MemorySearchResults> FindAsync(string query, int max, string? clusterId, string? kind, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, Most);
        var asked = Redactor.Default.Redact(query).Trim();
        if (asked.Length == 0)
        {
            return new MemorySearchResults(asked, []);
        }

        var words = SearchWords.Of(asked, MostWords);
        var hits = words.Count == 0 ? new WordHits(0, []) : await search.FindWordsAsync(words, clusterId, cancellationToken).ConfigureAwait(false);
        var whole = words.Count == 0 ? [] : await search.FindAllWordsAsync(words, clusterId, Looked, cancellationToken).ConfigureAwait(false);
        var (meant, missing) = await MeantAsync(asked, clusterId, cancellationToken).ConfigureAwait(false);
        var found = new FoundWords(words, hits, whole);
        var ranked = Rank(found, meant).Where(one => kind is null || KindOf(found.PlaceOf(one.Id)) == kind).Take(max).ToList();
        return new MemorySearchResults(asked, await ShowAsync(ranked, found, cancellationToken).ConfigureAwait(false)) { Missing = missing };
    }

    private static List<Ranked> Rank(FoundWords found, IReadOnlyDictionary<long, double> meant)
    {
        var fused = RankFusion.Fuse(
            found.Ranking.Take(Looked), found.Whole, meant.OrderByDescending(one => one.Value).Select(one => one.Key));
        return
        [
            .. fused.Select(one => new Ranked(one.Key, one.Value, Math.Max(found.ShareOf(one.Key), meant.GetValueOrDefault(one.Key)), meant.GetValueOrDefault(one.Key)))
                .Where(one => one.Similarity >= AlikeFrom || found.ShareOf(one.Id) >= WordsFrom)
                .OrderByDescending(one => one.Fused).ThenByDescending(one => one.Id),
        ];
    }

    private async Task<(IReadOnlyDictionary<long, double> Found, IReadOnlyList<string> Missing)> MeantAsync(string query, string? clusterId, CancellationToken cancellationToken)
    {
        try
        {
            var found = await vectors.FindAsync(query, Looked, new VectorFilter(ClusterId: clusterId), cancellationToken).ConfigureAwait(false);
            return (found.GroupBy(one => one.IncidentId).ToDictionary(one => one.Key, one => one.First().Similarity), []);
        }
        catch (ProjectionRejectedException)
        {
            // To the embedding nothing in it is a word: it is like nothing.
            return (new Dictionary<long, double>(), []);
        }
        catch (Exception fault) when (fault is EngineUnavailableException or ModelRefusedException)
        {
            return (new Dictionary<long, double>(), [$"Found by words alone: {fault.Message}"]);
        }
    }

    private async Task<IReadOnlyList<MemoryHit>> ShowAsync(IReadOnlyList<Ranked> ranked, FoundWords found, CancellationToken cancellationToken)
    {
        if (ranked.Count == 0)
        {
            return [];
        }

        var summaries = (await search.ReadAsync([.. ranked.Select(one => one.Id)], cancellationToken).ConfigureAwait(false)).ToDictionary(summary => summary.Id);
        TextPlace[] quoted = [.. ranked.Select(one => found.PlaceOf(one.Id)).Where(place => place.Place != WordPlace.Incident)];
        var texts = (await search.ReadTextsAsync(quoted, cancellationToken).ConfigureAwait(false)).ToDictionary(one => one.Place, one => one.Text);
        return
        [
            .. ranked.Where(one => summaries.ContainsKey(one.Id)).Select(one =>
            {
                var summary = summaries[one.Id];
                var place = found.PlaceOf(one.Id);
                var told = found.WordsOf(one.Id);
                var text = texts.GetValueOrDefault(place, summary.Description);
                return new MemoryHit(KindOf(place), IdOf(place), summary, Snippets.Around(text, told), Math.Round(Math.Clamp(one.Score, 0, 1), 2), ReasonsOf(one, told, found.Words.Count));
            }),
        ];
    }

    private static string KindOf(TextPlace place) => place.Place switch
    {
        WordPlace.Evidence => EvidenceKind,
        WordPlace.Fix => FixKind,
        _ => IncidentKind,
    };

    private static string IdOf(TextPlace place) => place.Place switch
    {
        WordPlace.Evidence => FormattableString.Invariant($"{place.IncidentId}/E{place.Number}"),
        WordPlace.Fix => FormattableString.Invariant($"{place.Number}"),
        _ => FormattableString.Invariant($"{place.IncidentId}"),
    };

    private static List<string> ReasonsOf(Ranked one, IReadOnlyList<string> told, int words)
    {
        var reasons = new List<string>();
        if (told.Count > 0)
        {
            reasons.Add(told.Count == words && words > 1 ? "It has every word that was asked for" : $"It has the word{(told.Count > 1 ? "s" : "")} {string.Join(", ", told.Take(6))}");
        }

        if (one.Similarity >= AlikeFrom)
        {
            reasons.Add("It reads alike");
        }

        return reasons;
    }

    private sealed record Ranked(long Id, double Fused, double Score, double Similarity);
}

/// <summary>The words of a query that somebody typed: letters and digits, each once.</summary>
internal static class SearchWords
{
    private static readonly string[] Common = ["a", "an", "and", "are", "at", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "was", "with", "why", "what", "how", "does", "do"];

    public static IReadOnlyList<string> Of(string query, int most)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= query.Length; i++)
        {
            if (i < query.Length && char.IsLetterOrDigit(query[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                var word = query[start..i].ToLowerInvariant();
                if (words.Count < most && word.Length <= 64 && !words.Contains(word))
                {
                    words.Add(word);
                }

                start = -1;
            }
        }

        return words.TrueForAll(word => Array.IndexOf(Common, word) >= 0) ? words : [.. words.Where(word => Array.IndexOf(Common, word) < 0)];
    }
}

/// <summary>Where a query's words stand, and how much of it each incident has.</summary>
internal sealed class FoundWords
{
    private readonly double[] _weights;
    private readonly double _total;
    private readonly ILookup<long, WordHit> _hits;
    private readonly HashSet<long> _whole;

    public FoundWords(IReadOnlyList<string> words, WordHits hits, IReadOnlyList<long> whole)
    {
        (Words, Whole, _hits, _whole) = (words, whole, hits.Hits.ToLookup(hit => hit.IncidentId), [.. whole]);
        // A word that everything has still is one that was asked for; one that nothing has must not make everything else little.
        var weighed = WordWeights.Of(words.Count, hits);
        var found = hits.Hits.Select(hit => hit.Word).ToHashSet();
        _weights = [.. weighed.Weights.Select((weight, word) => found.Contains(word) ? Math.Max(weight, 0.1) : 1)];
        _total = _weights.Sum();
        Ranking = [.. weighed.ByIncident.OrderByDescending(one => one.Value).ThenByDescending(one => one.Key).Select(one => one.Key)];
    }

    public IReadOnlyList<string> Words { get; }

    /// <summary>Those that have all of the words, seen last first.</summary>
    public IReadOnlyList<long> Whole { get; }

    /// <summary>Those that have some, the most telling ones first.</summary>
    public IReadOnlyList<long> Ranking { get; }

    /// <summary>0 to 1: of the query's weight.</summary>
    public double ShareOf(long incident) =>
        _whole.Contains(incident) ? 1 : _total == 0 ? 0 : WordNumbers(_hits[incident]).Sum(word => _weights[word]) / _total;

    public IReadOnlyList<string> WordsOf(long incident) =>
        _whole.Contains(incident) ? Words : [.. WordNumbers(_hits[incident]).Order().Select(word => Words[word])];

    /// <summary>The one text that has most of it; the incident's own where that has as much.</summary>
    public TextPlace PlaceOf(long incident)
    {
        var best = _hits[incident].GroupBy(hit => (hit.Place, hit.Number))
            .Select(place => (place.Key, Weight: WordNumbers(place).Sum(word => _weights[word])))
            .OrderByDescending(place => place.Weight).ThenBy(place => place.Key.Place).ThenBy(place => place.Key.Number)
            .FirstOrDefault();
        return new TextPlace(best.Key.Place, incident, best.Key.Number);
    }

    private static IEnumerable<int> WordNumbers(IEnumerable<WordHit> hits) => hits.Select(hit => hit.Word).Distinct();
}

/// <summary>The part of a text where words stand.</summary>
internal static class Snippets
{
    public const int Longest = 300;
    private const int Before = 60;

    /// <summary>On one line; from the line's beginning where that is near. Where no word stands, the text's beginning.</summary>
    public static string Around(string text, IReadOnlyList<string> words)
    {
        var at = BestOf(text, words);
        var line = at <= 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var start = at - line <= Before ? line : at - Before;
        if (start > 0 && char.IsLowSurrogate(text[start]))
        {
            start++;
        }

        var part = (start > line ? "…" : "") + text[start..Math.Min(text.Length, start + (Longest * 2))];
        return Signals.Texts.Cut(Signals.Texts.OneLine(part.Trim()), Longest);
    }

    /// <summary>Where most different words stand within a snippet's length.</summary>
    private static int BestOf(string text, IReadOnlyList<string> words)
    {
        List<(int At, int Word)> places = [];
        for (var word = 0; word < words.Count; word++)
        {
            const int PlacesOfOne = 50;
            var from = 0;
            for (var count = 0; count < PlacesOfOne && from < text.Length && text.IndexOf(words[word], from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at; count++)
            {
                places.Add((at, word));
                from = at + words[word].Length;
            }
        }

        return places.Count == 0 ? 0 : places.OrderByDescending(place => places.Where(other => other.At >= place.At && other.At < place.At + Longest - Before).Select(other => other.Word).Distinct().Count()).ThenBy(place => place.At).First().At;
    }
}
