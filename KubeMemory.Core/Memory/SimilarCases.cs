using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Memory;

/// <summary>
/// What happened before that is like an incident. Vectors, its words and how others write the same, its key and its signature each give a ranking; they are
/// fused (<see cref="RankFusion"/>); the first of the fused ones are compared with it in full (<see cref="CaseLikeness"/>), and what is less like it
/// than the threshold is left out. Of one key one is shown. Thread-safe.
/// </summary>
public sealed class SimilarCases(
    IIncidentSearch search, IProjections projections, SimilarIncidents vectors, Diagnoser diagnoser) : ISimilarCases
{
    /// <summary>Values of <see cref="SimilarIncidentDto.Match"/>.</summary>
    public const string KeyMatch = "key";
    public const string SignatureMatch = "signature";
    public const string LikeMatch = "like";

    /// <summary>How many can be asked for.</summary>
    public const int Most = SimilarIncidents.Most;

    private const int WordsLookedFor = 32;
    private const int KinLookedFor = 30;

    /// <summary>Compared in full, of those that the rankings give.</summary>
    private const int Compared = 64;

    private const int FixesShown = 2;
    private const int LongestFix = 300;
    private const int ProfilesKept = 1024;

    /// <summary>Of an incident as it was at a version: the same facts make the same profile.</summary>
    private readonly BoundedCache<(long Id, long Version), CaseProfile> _profiles = new(ProfilesKept);

    public async Task<IReadOnlyList<SimilarIncidentDto>> FindAsync(long incidentId, int max, CancellationToken cancellationToken) =>
        await FindAsync(incidentId, max, sameClusterOnly: false, cancellationToken).ConfigureAwait(false) is { } found ? found.Results : [];

    /// <summary>Null where there is no such incident.</summary>
    /// <param name="max">1 to <see cref="Most"/>.</param>
    /// <exception cref="EngineUnavailableException">The incident store does not answer. Vectors that do not answer are said in the list.</exception>
    public async Task<SimilarIncidentList?> FindAsync(long incidentId, int max, bool sameClusterOnly, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, Most);
        var found = await projections.ReadAsync([incidentId], cancellationToken).ConfigureAwait(false);
        if (found is not [var facts])
        {
            return null;
        }

        var (likenesses, candidates) = await CompareAsync(facts, sameClusterOnly ? facts.ClusterId : null, cancellationToken).ConfigureAwait(false);
        var chosen = Choose(likenesses, candidates.Fused, max);
        return new SimilarIncidentList(await ShowAsync(chosen, candidates, cancellationToken).ConfigureAwait(false)) { Missing = candidates.Missing };
    }

    /// <summary>Every candidate with how like it is, in any order.</summary>
    internal async Task<IReadOnlyList<CaseLikeness>> CompareAsync(long incidentId, CancellationToken cancellationToken) =>
        await projections.ReadAsync([incidentId], cancellationToken).ConfigureAwait(false) is [var facts]
            ? (await CompareAsync(facts, cluster: null, cancellationToken).ConfigureAwait(false)).Likenesses
            : [];

    /// <summary>By words alone, the likest first.</summary>
    internal async Task<IReadOnlyList<long>> WordedAsync(long incidentId, CancellationToken cancellationToken) =>
        await projections.ReadAsync([incidentId], cancellationToken).ConfigureAwait(false) is [var facts]
            ? await WordedAsync(facts, cluster: null, cancellationToken).ConfigureAwait(false)
            : [];

    private async Task<(IReadOnlyList<CaseLikeness> Likenesses, Candidates Candidates)> CompareAsync(IncidentFacts facts, string? cluster, CancellationToken cancellationToken)
    {
        var candidates = await CandidatesAsync(facts, cluster, cancellationToken).ConfigureAwait(false);
        var others = await projections.ReadAsync(candidates.Ids, cancellationToken).ConfigureAwait(false);
        var asked = ProfileOf(facts);
        return ([.. others.Select(other => new CaseLikeness(asked, ProfileOf(other)))], candidates);
    }

    /// <summary>
    /// One a key, the likest of it, and of those that are as like the newest. Recurrences come first, then the same failure elsewhere, then what is
    /// merely like it; in each the higher score, then the better place in the fused rankings.
    /// </summary>
    internal static IReadOnlyList<Chosen> Choose(IReadOnlyList<CaseLikeness> likenesses, IReadOnlyDictionary<long, double> fused, int max) =>
    [
        .. likenesses.Select(likeness => new Chosen(likeness, likeness.Score, MatchOf(likeness)))
            .Where(one => one.Score >= CaseLikeness.Threshold)
            .GroupBy(one => one.Likeness.Other.Key)
            .Select(key => key.OrderByDescending(one => Math.Round(one.Score, 2)).ThenByDescending(one => one.Likeness.Other.Facts.OccurredAt).First())
            .OrderBy(one => one.Match switch { KeyMatch => 0, SignatureMatch => 1, _ => 2 })
            .ThenByDescending(one => Math.Round(one.Score, 3))
            .ThenByDescending(one => fused.GetValueOrDefault(one.Likeness.Other.Facts.Id))
            .ThenByDescending(one => one.Likeness.Other.Facts.OccurredAt)
            .Take(max),
    ];

    /// <summary>What the rules are sure is another cause is no recurrence, and a signature that says only how it showed makes no failure the same.</summary>
    private static string MatchOf(CaseLikeness likeness) =>
        likeness.OtherFailure ? LikeMatch
        : likeness.SameKey && likeness.Score >= CaseLikeness.SameFailureFrom ? KeyMatch
        : likeness.Score >= CaseLikeness.SameFailureFrom && (likeness.SameFailure || likeness.SameSignature) ? SignatureMatch
        : LikeMatch;

    private CaseProfile ProfileOf(IncidentFacts facts)
    {
        if (!_profiles.TryGet((facts.Id, facts.Version), out var profile))
        {
            _profiles.Set((facts.Id, facts.Version), profile = CaseProfile.Of(facts, diagnoser));
        }

        return profile;
    }

    private async Task<Candidates> CandidatesAsync(IncidentFacts facts, string? cluster, CancellationToken cancellationToken)
    {
        var kin = await search.FindKinAsync(facts.Id, cluster, KinLookedFor, cancellationToken).ConfigureAwait(false);
        var worded = await WordedAsync(facts, cluster, cancellationToken).ConfigureAwait(false);
        var written = FailureConcepts.SynonymsOf(ProfileOf(facts).Concepts, WordsLookedFor);
        var otherwise = await WordedAsync(facts.Id, written, cluster, cancellationToken).ConfigureAwait(false);
        List<string> missing = [];
        IReadOnlyList<SimilarIncident> meant = [];
        try
        {
            meant = await vectors.FindAsync(facts.Id, Most, new VectorFilter(ClusterId: cluster), cancellationToken).ConfigureAwait(false) ?? [];
        }
        catch (Exception fault) when (fault is EngineUnavailableException or ProjectionRejectedException or ModelRefusedException)
        {
            missing.Add($"Found without the vector memory: {fault.Message}");
        }

        var fused = RankFusion.Fuse(meant.Select(one => one.IncidentId), worded, otherwise, kin.SameKey, kin.SameSignature);
        return new Candidates(
            [.. fused.Where(one => one.Key != facts.Id).OrderByDescending(one => one.Value).ThenByDescending(one => one.Key).Take(Compared).Select(one => one.Key)],
            fused,
            meant.GroupBy(one => one.IncidentId).ToDictionary(one => one.Key, one => one.First().Similarity),
            missing);
    }

    private Task<IReadOnlyList<long>> WordedAsync(IncidentFacts facts, string? cluster, CancellationToken cancellationToken)
    {
        var text = string.Join('\n', CaseText.LogOf(facts).Reverse().Concat(CaseText.CauseOf(facts)));
        return WordedAsync(facts.Id, [.. LexicalWords.ListOf(text, WordsLookedFor).Where(word => word.Length > 2)], cluster, cancellationToken);
    }

    /// <summary>By how many of the words they have, the rarer ones weighing more.</summary>
    private async Task<IReadOnlyList<long>> WordedAsync(long incidentId, IReadOnlyList<string> words, string? cluster, CancellationToken cancellationToken)
    {
        if (words.Count == 0)
        {
            return [];
        }

        var weights = WordWeights.Of(words.Count, await search.FindWordsAsync(words, cluster, cancellationToken).ConfigureAwait(false));
        return [.. weights.ByIncident.Where(one => one.Key != incidentId).OrderByDescending(one => one.Value).ThenByDescending(one => one.Key).Take(Most).Select(one => one.Key)];
    }

    private async Task<IReadOnlyList<SimilarIncidentDto>> ShowAsync(IReadOnlyList<Chosen> chosen, Candidates candidates, CancellationToken cancellationToken)
    {
        long[] ids = [.. chosen.Select(one => one.Likeness.Other.Facts.Id)];
        if (ids.Length == 0)
        {
            return [];
        }

        var summaries = (await search.ReadAsync(ids, cancellationToken).ConfigureAwait(false)).ToDictionary(summary => summary.Id);
        var lives = await search.CountLivesAsync(ids, cancellationToken).ConfigureAwait(false);
        return
        [
            .. chosen.Where(one => summaries.ContainsKey(one.Likeness.Other.Facts.Id)).Select(one =>
            {
                var facts = one.Likeness.Other.Facts;
                return new SimilarIncidentDto(summaries[facts.Id], Math.Round(candidates.Similarities.GetValueOrDefault(facts.Id), 4))
                {
                    Score = Math.Round(one.Score, 2),
                    Match = one.Match,
                    Reasons = MatchReasons.Of(one.Likeness, one.Match, lives.GetValueOrDefault(facts.Id, 1)),
                    Fixes = [.. facts.Fixes.Where(fix => fix.Worked == true).Take(FixesShown).Select(fix => Signals.Texts.Cut(fix.Text, LongestFix))],
                };
            }),
        ];
    }

    internal sealed record Chosen(CaseLikeness Likeness, double Score, string Match);

    private sealed record Candidates(
        IReadOnlyList<long> Ids, IReadOnlyDictionary<long, double> Fused, IReadOnlyDictionary<long, double> Similarities, IReadOnlyList<string> Missing);
}
