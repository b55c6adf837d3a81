namespace KubeMemory.Core.Memory;

/// <summary>
/// Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): lists whose numbers do not compare are put together by the places in them.
/// </summary>
internal static class RankFusion
{
    /// <summary>How little the very first places count more than those behind them; the paper's, and what most engines take.</summary>
    public const int Constant = 60;

    /// <summary>By id the sum of 1 / (<see cref="Constant"/> + place), places from 1; an id counts once a list.</summary>
    public static IReadOnlyDictionary<long, double> Fuse(params IEnumerable<IEnumerable<long>> rankings)
    {
        var sums = new Dictionary<long, double>();
        foreach (var ranking in rankings)
        {
            var place = 0;
            foreach (var id in ranking.Distinct())
            {
                place++;
                sums[id] = sums.GetValueOrDefault(id) + (1.0 / (Constant + place));
            }
        }

        return sums;
    }
}
