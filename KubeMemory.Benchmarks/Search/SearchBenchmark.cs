using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KubeMemory.Core.Memory;
using KubeMemory.Engines;
using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubeMemory.Benchmarks.Search;

/// <summary>
/// How long the question for similar incidents takes, and how many of the exact answers it finds: embedded, and Chroma beside it, on the
/// same made-up failures in the same run.
/// </summary>
internal static class SearchBenchmark
{
    private const int Queries = 1000;

    /// <summary>Of the queries; the exact answers cost a look at every vector each.</summary>
    private const int Judged = 100;
    private const int Batch = 2000;
    private const int LargestForChroma = 100_000;
    private const int SizeUnderIngest = 100_000;

    private static readonly VectorSpace Space = new(LexicalEmbedding.ModelId, LexicalEmbedding.Dimensions);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!TryRead(arguments, out var sizes, out var chroma))
        {
            Console.Error.WriteLine("search takes --sizes N,N,… (1,000 or more each) and --chroma.");
            return 2;
        }

        if (chroma && !ChromaServer.Installed)
        {
            Console.Error.WriteLine("Chroma is not installed: run eng/install-test-engines.sh.");
            return 2;
        }

        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, .NET {Environment.Version}");
        Console.WriteLine($"{Space}, {Queries} queries one after the other, recall of {Judged} of them; times in ms, index in MB");
        Console.WriteLine();
        Console.WriteLine(SearchFigures.Head);
        // Not of what follows: their numbers are none that a record has.
        float[][] queries = [.. Enumerable.Range(0, Queries).Select(i => FailureTexts.Record(int.MaxValue - i).Vector.ToArray())];
        foreach (var size in sizes)
        {
            await EmbeddedAsync(size, queries);
            if (chroma && size <= LargestForChroma)
            {
                await ChromaAsync(size, queries);
            }
        }

        return 0;
    }

    private static async Task EmbeddedAsync(int size, float[][] queries)
    {
        var folder = Directory.CreateTempSubdirectory("kubememory-bench-");
        try
        {
            double rate;
            var exact = new ExactAnswers(queries[..Judged]);
            await using (var written = await OpenAsync(folder.FullName))
            {
                rate = await BuildAsync(written.Vectors, size, exact);
            }

            // As after a start: what was written is to be loaded.
            await using var engines = await OpenAsync(folder.FullName);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var first = await FirstAsync(engines.Vectors, queries[0]);
            var index = GC.GetTotalMemory(forceFullCollection: true) - before;
            var floor = ScanFloor.Run(size, Space.Dimensions);
            var (p50, p99, longest, recall) = await TimedSearches.RunAsync(engines.Vectors, Space, queries, exact, Judged);
            var figures = new SearchFigures("embedded", size, p50, p99, longest, recall, index, first, rate, floor);
            Console.WriteLine(figures);
            if (size == SizeUnderIngest)
            {
                await UnderIngestAsync(engines, queries, exact, figures);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task UnderIngestAsync(EmbeddedEngines engines, float[][] queries, ExactAnswers exact, SearchFigures alone)
    {
        var started = Stopwatch.GetTimestamp();
        await using var load = new IngestLoad(engines, Space, alone.Vectors);
        var (p50, p99, longest, recall) = await TimedSearches.RunAsync(engines.Vectors, Space, queries, exact, Judged);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(alone with { Engine = "embedded, while ingest", P50 = p50, P99 = p99, Longest = longest, Recall = recall });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"    meanwhile {load.Events / elapsed:N0} events/s ingested (wanted {IngestLoad.EventsPerSecond:N0}), {load.Vectors / elapsed:N0} vectors/s written (wanted {IngestLoad.VectorsPerSecond:N0})"));
    }

    private static async Task ChromaAsync(int size, float[][] queries)
    {
        await using var server = await ChromaServer.StartNewAsync(CancellationToken.None);
        await using var services = new ServiceCollection().AddLogging().AddChroma(server.ConnectionString).BuildServiceProvider();
        var memory = services.GetRequiredService<IVectorMemory>();
        var exact = new ExactAnswers(queries[..Judged]);
        var rate = await BuildAsync(memory, size, exact);
        var first = await FirstAsync(memory, queries[0]);
        var (p50, p99, longest, recall) = await TimedSearches.RunAsync(memory, Space, queries, exact, Judged);
        Console.WriteLine(new SearchFigures("Chroma", size, p50, p99, longest, recall, null, first, rate, ScanFloor.Run(size, Space.Dimensions)));
    }

    /// <summary>Vectors a second, without the time for making them up.</summary>
    private static async Task<double> BuildAsync(IVectorMemory memory, int size, ExactAnswers exact)
    {
        var building = TimeSpan.Zero;
        foreach (var numbers in Enumerable.Range(1, size).Chunk(Batch))
        {
            var records = Array.ConvertAll(numbers, FailureTexts.Record);
            exact.See(records);
            var started = Stopwatch.GetTimestamp();
            await memory.UpsertAsync(Space, records, CancellationToken.None);
            building += Stopwatch.GetElapsedTime(started);
        }

        return size / building.TotalSeconds;
    }

    private static async Task<TimeSpan> FirstAsync(IVectorMemory memory, float[] query)
    {
        var started = Stopwatch.GetTimestamp();
        await memory.SearchAsync(Space, query, ExactAnswers.Results, VectorFilter.None, CancellationToken.None);
        return Stopwatch.GetElapsedTime(started);
    }

    private static Task<EmbeddedEngines> OpenAsync(string folder) =>
        EmbeddedEngines.OpenAsync(folder, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    private static bool TryRead(string[] arguments, out int[] sizes, out bool chroma)
    {
        (sizes, chroma) = ([10_000, 100_000, 1_000_000], false);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--chroma":
                    chroma = true;
                    break;
                case "--sizes" when i + 1 < arguments.Length:
                    sizes = [.. arguments[++i].Split(',').Select(text => int.TryParse(text, CultureInfo.InvariantCulture, out var size) ? size : 0)];
                    break;
                default:
                    return false;
            }
        }

        return sizes.Length > 0 && sizes.All(size => size >= 1000);
    }
}
