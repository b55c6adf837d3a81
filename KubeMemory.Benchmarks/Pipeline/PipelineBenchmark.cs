using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KubeMemory.Benchmarks.Pipeline;

/// <summary>
/// Events a second from the simulator's socket (another process) to the committed store, and in the same run its two floors: reading
/// and parsing the same bytes, and the same SQL on prepared rows.
/// </summary>
internal static class PipelineBenchmark
{
    private const int WarmUpLines = 20_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var distributed = arguments.Contains("--distributed");
        if (!TryRead([.. arguments.Where(argument => argument != "--distributed")], out var lines, out var runs))
        {
            Console.Error.WriteLine("pipeline takes --lines N (1,000 or more), --runs N (1 or more) and --distributed.");
            return 2;
        }

        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, .NET {Environment.Version}");
        if (distributed)
        {
            return await DistributedPipeline.RunAsync(WarmUpLines, lines, runs) ? 0 : 1;
        }

        await WarmUpAsync();
        var exact = true;
        for (var run = 1; run <= runs; run++)
        {
            exact &= await RunOnceAsync(lines, run);
        }

        return exact ? 0 : 1;
    }

    /// <summary>A service that runs is compiled: so is this, before anything is measured.</summary>
    private static async Task WarmUpAsync()
    {
        var folder = Directory.CreateTempSubdirectory("kubememory-bench-");
        try
        {
            await using var simulator = await SimulatorProcess.StartAsync(WarmUpLines, folder.FullName);
            await PipelineRun.RunAsync(simulator, Path.Combine(folder.FullName, "data"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunOnceAsync(int lines, int run)
    {
        var folder = Directory.CreateTempSubdirectory("kubememory-bench-");
        try
        {
            await using var simulator = await SimulatorProcess.StartAsync(lines, folder.FullName);
            var pipeline = await PipelineRun.RunAsync(simulator, Path.Combine(folder.FullName, "data"));
            // Before the floors: they run in this process, too.
            var peak = Process.GetCurrentProcess().PeakWorkingSet64;
            var read = await ReadFloor.RunAsync(simulator);
            var batches = await PipelineRun.RecordAsync(simulator, Path.Combine(folder.FullName, "recording"));
            var sql = await StoreFloor.RunAsync(batches, Path.Combine(folder.FullName, "floor"));

            var expected = simulator.Expected;
            var slower = read > sql ? read : sql;
            Console.WriteLine();
            Console.WriteLine($"run {run}: {Number(expected.Lines)} lines, {Number(expected.Series)} series, {Number(expected.Occurrences)} occurrences");
            Console.WriteLine($"  pipeline                {Rate(expected.Lines, pipeline.Elapsed)}, CPU {pipeline.Cpu.TotalSeconds.ToString("N2", CultureInfo.InvariantCulture)} s");
            Console.WriteLine($"  floor: read and parse   {Rate(expected.Lines, read)}");
            Console.WriteLine($"  floor: same SQL         {Rate(expected.Lines, sql)}");
            Console.WriteLine($"  of the slower floor     {slower / pipeline.Elapsed,9:P0}");
            Console.WriteLine($"  lost {Number(Math.Max(0, expected.Occurrences - pipeline.Occurrences))}, duplicated {Number(Math.Max(0, pipeline.Occurrences - expected.Occurrences))}, incidents {Number(pipeline.Incidents)}, peak RSS {peak >> 20} MB");
            return pipeline.Occurrences == expected.Occurrences;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool TryRead(string[] arguments, out int lines, out int runs)
    {
        (lines, runs) = (100_000, 1);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 >= arguments.Length || !int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out var value))
            {
                return false;
            }

            switch (arguments[i])
            {
                case "--lines":
                    lines = value;
                    break;
                case "--runs":
                    runs = value;
                    break;
                default:
                    return false;
            }
        }

        return lines >= 1_000 && runs >= 1;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(long lines, TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture, $"{lines / elapsed.TotalSeconds,9:N0} events/s  {elapsed.TotalSeconds,7:N2} s");
}
