using System.Diagnostics;
using System.Globalization;
using KubeMemory.Core.Memory;

namespace KubeMemory.Benchmarks.Search;

/// <param name="IndexBytes">What the process keeps for it; null where that is the server's business.</param>
/// <param name="FirstSearch">With the loading of the index.</param>
/// <param name="BuildRate">Vectors a second.</param>
internal sealed record SearchFigures(
    string Engine, int Vectors, TimeSpan P50, TimeSpan P99, TimeSpan Longest, double Recall, long? IndexBytes, TimeSpan FirstSearch, double BuildRate, TimeSpan Floor)
{
    public const string Head =
        "engine                     vectors      p50      p99      max  recall@10   index  first search  built at    floor";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Engine,-24}{Vectors,10:N0}{Milliseconds(P50)}{Milliseconds(P99)}{Milliseconds(Longest)}{Recall,11:N4}{(IndexBytes is { } bytes ? $"{bytes / 1e6:N1}" : "-"),8}{FirstSearch.TotalSeconds,12:N2} s{BuildRate,8:N0}/s{Milliseconds(Floor)}");

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds,9:N2}");
}

/// <summary>One search after the other, each timed.</summary>
internal static class TimedSearches
{
    private const int WarmUp = 50;

    public static async Task<(TimeSpan P50, TimeSpan P99, TimeSpan Longest, double Recall)> RunAsync(
        IVectorMemory memory, VectorSpace space, IReadOnlyList<float[]> queries, ExactAnswers exact, int judged)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            await memory.SearchAsync(space, queries[i % queries.Count], ExactAnswers.Results, VectorFilter.None, CancellationToken.None);
        }

        var times = new List<TimeSpan>();
        var answers = new List<IReadOnlyList<VectorMatch>>();
        foreach (var query in queries)
        {
            var started = Stopwatch.GetTimestamp();
            answers.Add(await memory.SearchAsync(space, query, ExactAnswers.Results, VectorFilter.None, CancellationToken.None));
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        times.Sort();
        var recall = Enumerable.Range(0, judged).Average(query => exact.Recall(query, answers[query]));
        return (times[times.Count / 2], times[times.Count * 99 / 100], times[^1], recall);
    }
}
