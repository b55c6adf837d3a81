using System.Globalization;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.AI;

namespace KubeMemory.Benchmarks.Recall;

/// <summary>
/// Fits the log-odds of <see cref="CaseLikeness"/> to the pairs of the tuning half (logistic regression, a little ridge), and says how often pairs
/// of each score have the same fault, on both halves.
/// </summary>
internal static class LikenessCalibration
{
    private const int Rounds = 4000;
    private const double Rate = 0.5;
    private const double Ridge = 0.0005;

    public static async Task RunAsync(IReadOnlyList<RecallFault> faults, IEmbeddingGenerator<string, Embedding<float>> embedding)
    {
        // With the rules and without them: what a rule says is not always to be had.
        var tuning = await PairsAsync(faults, RecallHalf.Tuning, embedding, Diagnoser.Default);
        if (SignatureCatalogue.All.Count > 0)
        {
            tuning.AddRange(await PairsAsync(faults, RecallHalf.Tuning, embedding, new Diagnoser([])));
        }

        var weights = Fit(tuning);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tuning.Count} pairs of the tuning half, {tuning.Count(pair => pair.Same)} of one fault; bias {weights[^1]:0.00}"));
        for (var i = 0; i < CaseLikeness.FeatureNames.Count; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{CaseLikeness.FeatureNames[i],-26}{weights[i],8:0.00}"));
        }

        Tell("tuning, as fitted now", tuning, pair => Probability(weights, pair.Features));
        var heldOut = await PairsAsync(faults, RecallHalf.HeldOut, embedding, Diagnoser.Default);
        Tell("held out, as fitted now", heldOut, pair => Probability(weights, pair.Features));
        Tell("held out, as it is", heldOut, pair => pair.Score);
        Tell("held out, as it is, without the rules", await PairsAsync(faults, RecallHalf.HeldOut, embedding, new Diagnoser([])), pair => pair.Score);
    }

    private static async Task<List<Pair>> PairsAsync(IReadOnlyList<RecallFault> faults, RecallHalf half, IEmbeddingGenerator<string, Embedding<float>> embedding, Diagnoser diagnoser)
    {
        await using var corpus = await RecallCorpus.BuildAsync(faults, half, embedding, diagnoser, CancellationToken.None);
        var pairs = new List<Pair>();
        foreach (var (id, instance) in corpus.Incidents)
        {
            foreach (var likeness in await corpus.Cases.CompareAsync(id, CancellationToken.None))
            {
                pairs.Add(new Pair(likeness.Features(), corpus.Incidents[likeness.Other.Facts.Id].Fault.Id == instance.Fault.Id, likeness.Score));
            }
        }

        return pairs;
    }

    private static double[] Fit(List<Pair> pairs)
    {
        var count = CaseLikeness.FeatureNames.Count;
        var weights = new double[count + 1];
        for (var round = 0; round < Rounds; round++)
        {
            var slopes = new double[count + 1];
            foreach (var pair in pairs)
            {
                var off = Probability(weights, pair.Features) - (pair.Same ? 1 : 0);
                for (var i = 0; i < count; i++)
                {
                    slopes[i] += off * pair.Features[i];
                }

                slopes[count] += off;
            }

            for (var i = 0; i <= count; i++)
            {
                weights[i] -= Rate * ((slopes[i] / pairs.Count) + (i < count ? Ridge * weights[i] : 0));
            }
        }

        return weights;
    }

    private static double Probability(double[] weights, double[] features)
    {
        var odds = weights[^1];
        for (var i = 0; i < features.Length; i++)
        {
            odds += weights[i] * features[i];
        }

        return 1 / (1 + Math.Exp(-odds));
    }

    private static void Tell(string name, List<Pair> pairs, Func<Pair, double> score)
    {
        Console.WriteLine();
        Console.WriteLine($"{name}: score, pairs, of one fault");
        foreach (var bin in pairs.GroupBy(pair => Math.Min(9, (int)(score(pair) * 10))).OrderBy(bin => bin.Key))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {bin.Key / 10.0:0.0} to {(bin.Key + 1) / 10.0:0.0} {bin.Count(),7} {bin.Average(pair => pair.Same ? 1.0 : 0),8:0.000}"));
        }
    }

    private sealed record Pair(double[] Features, bool Same, double Score);
}
