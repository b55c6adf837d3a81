using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KubeMemory.Benchmarks.Recall;

/// <summary>
/// Whether the same fault is found again, among incidents of many faults that show the same way: on wordings that likeness was tuned on, and on
/// wordings that it was not. Beside it what vectors alone, words alone and chance find. Exit code 1: a goal is missed on the held-out half.
/// </summary>
internal static class RecallBenchmark
{
    private const string Head = "                         recall@5       MRR    asked";

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!TryRead(arguments, out var embedding, out var calibrate, out var misses))
        {
            Console.Error.WriteLine("recall takes --embedding \"Endpoint=…;Model=…\", --calibrate and --misses.");
            return 2;
        }

        var faults = RecallFaults.Read(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Recall", "faults.txt")));
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, .NET {Environment.Version}; {faults.Count} faults, catalogue {SignatureCatalogue.Version} of {SignatureCatalogue.All.Count} signatures");
        if (calibrate)
        {
            using var lexical = new LexicalEmbedding();
            await LikenessCalibration.RunAsync(faults, lexical);
            return 0;
        }

        await using var model = embedding is null ? null : ModelOf(embedding);
        IEmbeddingGenerator<string, Embedding<float>>[] generators = model is null ? [new LexicalEmbedding()] : [new LexicalEmbedding(), model.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>()];
        var reached = true;
        foreach (var generator in generators)
        {
            foreach (var half in Enum.GetValues<RecallHalf>())
            {
                var run = await RunAsync(faults, half, generator, misses);
                reached &= run.Reaches || half == RecallHalf.Tuning;
            }

            generator.Dispose();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Goals on the held-out half: recall@5 {RecallRun.RecallGoal}, MRR {RecallRun.ReciprocalGoal}: {(reached ? "reached" : "missed")}"));
        return reached ? 0 : 1;
    }

    private static async Task<RecallRun> RunAsync(IReadOnlyList<RecallFault> faults, RecallHalf half, IEmbeddingGenerator<string, Embedding<float>> generator, bool misses)
    {
        await using var corpus = await RecallCorpus.BuildAsync(faults, half, generator, Diagnoser.Default, CancellationToken.None);
        Console.WriteLine();
        Console.WriteLine($"{half} wordings, {corpus.Incidents.Count} incidents, {(await new TextEmbedding(generator).SpaceAsync(CancellationToken.None)).Model}");
        Console.WriteLine(Head);
        var started = Stopwatch.GetTimestamp();
        var hybrid = await RecallRun.HybridAsync(corpus, CancellationToken.None);
        var each = Stopwatch.GetElapsedTime(started) / corpus.Incidents.Count;
        Console.WriteLine($"{hybrid}   {each.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms each");
        Console.WriteLine(await RecallRun.OfAsync("vectors alone", corpus, async id => ByKey(corpus, id, (await corpus.Vectors.FindAsync(id, 50, VectorFilter.None, CancellationToken.None))!.Select(one => one.IncidentId))));
        Console.WriteLine(await RecallRun.OfAsync("words alone", corpus, async id => ByKey(corpus, id, await corpus.Cases.WordedAsync(id, CancellationToken.None))));
        var random = new Random(5);
        Console.WriteLine(await RecallRun.OfAsync("chance", corpus, id => Task.FromResult(ByKey(corpus, id, corpus.Incidents.Keys.OrderBy(_ => random.Next())))));
        foreach (var group in hybrid.Scores.GroupBy(one => one.Asked.Fault.Group))
        {
            Console.WriteLine(new RecallRun($"  {group.Key}", [.. group]));
        }

        foreach (var fault in hybrid.Scores.GroupBy(one => one.Asked.Fault.Id).Where(fault => misses && fault.Average(one => one.Score.Recall) < 0.9))
        {
            Console.WriteLine($"{new RecallRun($"    {fault.Key}", [.. fault])}   {await WhyAsync(corpus, fault.Key)}");
        }

        return hybrid;
    }

    /// <summary>Where the incidents of one fault were lost to one another: no ranking had them, or they were thought not to be like it; and what came before them.</summary>
    private static async Task<string> WhyAsync(RecallCorpus corpus, string fault)
    {
        var own = corpus.Incidents.Where(one => one.Value.Fault.Id == fault).Select(one => one.Key).ToList();
        var (compared, unlike, pairs, before) = (0, 0, 0, new List<string>());
        foreach (var asked in own)
        {
            var likenesses = (await corpus.Cases.CompareAsync(asked, CancellationToken.None)).ToDictionary(one => one.Other.Facts.Id);
            pairs += own.Count - 1;
            compared += own.Count(other => other != asked && likenesses.ContainsKey(other));
            unlike += own.Count(other => other != asked && likenesses.TryGetValue(other, out var likeness) && likeness.Score < CaseLikeness.Threshold);
            before.AddRange((await corpus.Cases.FindAsync(asked, RecallScore.First, CancellationToken.None)).Select(one => corpus.Incidents[one.Incident.Id].Fault.Id).Where(id => id != fault));
        }

        var first = before.CountBy(id => id).OrderByDescending(one => one.Value).Take(3).Select(one => $"{one.Key} {one.Value}");
        return $"{pairs - compared} of {pairs} not compared, {unlike} unlike, before them {string.Join(", ", first)}";
    }

    /// <summary>One a key, as the list has it.</summary>
    private static IReadOnlyList<long> ByKey(RecallCorpus corpus, long asked, IEnumerable<long> found) =>
        [.. found.Where(id => id != asked).DistinctBy(id => (corpus.Incidents[id].Place, corpus.Incidents[id].Fault.Group))];

    private static ServiceProvider ModelOf(string connection)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:embedding", connection)]).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration);
        KubeMemory.Engines.Models.ModelsRegistration.AddModels(services, configuration);
        return services.BuildServiceProvider();
    }

    private static bool TryRead(string[] arguments, out string? embedding, out bool calibrate, out bool misses)
    {
        (embedding, calibrate, misses) = (null, false, false);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--calibrate":
                    calibrate = true;
                    break;
                case "--misses":
                    misses = true;
                    break;
                case "--embedding" when i + 1 < arguments.Length:
                    embedding = arguments[++i];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
