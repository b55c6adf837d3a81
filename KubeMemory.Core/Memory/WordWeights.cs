namespace KubeMemory.Core.Memory;

/// <summary>
/// Word hits as numbers: a word weighs the more the fewer incidents have it (the logarithm of the inverse share), and one that more have than are
/// counted weighs nothing.
/// </summary>
/// <param name="Weights">Of each word.</param>
/// <param name="ByIncident">The weights of the words that an incident has, each once.</param>
internal sealed record WordWeights(IReadOnlyList<double> Weights, IReadOnlyDictionary<long, double> ByIncident)
{
    public static WordWeights Of(int words, WordHits found)
    {
        var weights = new double[words];
        foreach (var word in found.Hits.GroupBy(hit => hit.Word))
        {
            var incidents = word.Select(hit => hit.IncidentId).Distinct().Count();
            var isTold = word.GroupBy(hit => hit.Place).All(place => place.Count() <= WordHits.MostOfOne);
            weights[word.Key] = isTold ? Math.Log((Math.Max(found.Incidents, incidents) + 1.0) / (incidents + 0.5)) : 0;
        }

        var sums = found.Hits.Select(hit => (hit.IncidentId, hit.Word)).Distinct()
            .GroupBy(hit => hit.IncidentId, hit => weights[hit.Word])
            .Select(one => (Id: one.Key, Sum: one.Sum()))
            .Where(one => one.Sum > 0)
            .ToDictionary(one => one.Id, one => one.Sum);
        return new WordWeights(weights, sums);
    }
}
