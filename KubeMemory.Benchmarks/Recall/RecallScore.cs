using System.Globalization;

namespace KubeMemory.Benchmarks.Recall;

/// <summary>How well a way of asking finds the same fault again.</summary>
/// <param name="Recall">Of the first five: how many of the fault, of as many as there could be.</param>
/// <param name="Reciprocal">One over the place of the first one of the fault; 0 without any.</param>
internal sealed record RecallScore(double Recall, double Reciprocal)
{
    public const int First = 5;

    /// <param name="found">Incidents in order, one a workload's key.</param>
    public static RecallScore Of(RecallCorpus corpus, long asked, IReadOnlyList<long> found)
    {
        var fault = corpus.Incidents[asked].Fault.Id;
        bool Fits(long id) => corpus.Incidents[id].Fault.Id == fault;
        var place = found.ToList().FindIndex(Fits);
        return new RecallScore((double)found.Take(First).Count(Fits) / Math.Min(First, corpus.OthersOf(asked)), place < 0 ? 0 : 1.0 / (place + 1));
    }
}

/// <summary>The answers of one way of asking, to every incident of a corpus.</summary>
internal sealed record RecallRun(string Name, IReadOnlyList<(RecallInstance Asked, RecallScore Score)> Scores)
{
    public const double RecallGoal = 0.95;
    public const double ReciprocalGoal = 0.85;

    public double Recall => Scores.Average(one => one.Score.Recall);

    public double Reciprocal => Scores.Average(one => one.Score.Reciprocal);

    public bool Reaches => Recall >= RecallGoal && Reciprocal >= ReciprocalGoal;

    public static async Task<RecallRun> OfAsync(string name, RecallCorpus corpus, Func<long, Task<IReadOnlyList<long>>> ask)
    {
        var scores = new List<(RecallInstance, RecallScore)>();
        foreach (var (id, instance) in corpus.Incidents)
        {
            scores.Add((instance, RecallScore.Of(corpus, id, await ask(id))));
        }

        return new RecallRun(name, scores);
    }

    /// <summary>The whole way: as the page asks.</summary>
    public static Task<RecallRun> HybridAsync(RecallCorpus corpus, CancellationToken cancellationToken) =>
        OfAsync("hybrid", corpus, async id => [.. (await corpus.Cases.FindAsync(id, 20, cancellationToken)).Select(one => one.Incident.Id)]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name,-24}{Recall,10:0.000}{Reciprocal,10:0.000}{Scores.Count,8}");
}
