using System.Diagnostics;
using System.Globalization;
using KubeMemory.Engines;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.Configuration;
using Npgsql;
using NpgsqlTypes;
using StackExchange.Redis;

namespace KubeMemory.Benchmarks.Pipeline;

/// <summary>
/// The same pipeline over Redis and PostgreSQL, which run beside it on the same machine, and in the same run the floors of both engines:
/// the same payloads as pipelined XADD, and as one binary COPY.
/// </summary>
internal static class DistributedPipeline
{
    /// <summary>Commands on their way at the same time.</summary>
    private const int Pipelined = 1_000;

    public static async Task<bool> RunAsync(int warmUpLines, int lines, int runs)
    {
        await using var redis = await RedisServer.StartNewAsync(CancellationToken.None);
        await using var postgres = await PostgresServer.StartNewAsync(CancellationToken.None);
        await RunOnceAsync(warmUpLines, run: 0, redis, postgres);
        var exact = true;
        for (var run = 1; run <= runs; run++)
        {
            exact &= await RunOnceAsync(lines, run, redis, postgres);
        }

        return exact;
    }

    /// <param name="run">0 warms up and is not told.</param>
    private static async Task<bool> RunOnceAsync(int lines, int run, RedisServer redis, PostgresServer postgres)
    {
        var folder = Directory.CreateTempSubdirectory("kubememory-bench-");
        try
        {
            await using var simulator = await SimulatorProcess.StartAsync(lines, folder.FullName);
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:redis"] = redis.NewDatabase(),
                ["ConnectionStrings:postgres"] = await postgres.CreateDatabaseAsync(CancellationToken.None),
            }).Build();
            var pipeline = await PipelineRun.RunAsync(simulator, services => services.AddKubeMemoryEngines(configuration));
            if (run == 0)
            {
                return true;
            }

            var payloads = (await PipelineRun.RecordAsync(simulator, Path.Combine(folder.FullName, "recording"))).SelectMany(batch => batch.Payloads).ToList();
            var xadd = await XAddAsync(redis.NewDatabase(), payloads);
            var copy = await CopyAsync(await postgres.CreateDatabaseAsync(CancellationToken.None), payloads);
            return Say(run, simulator, pipeline, payloads.Count, xadd, copy);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Say(int run, SimulatorProcess simulator, PipelineOutcome pipeline, int payloads, TimeSpan xadd, TimeSpan copy)
    {
        var expected = simulator.Expected;
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run}, Redis and PostgreSQL: {expected.Lines:N0} lines, {expected.Series:N0} series, {expected.Occurrences:N0} occurrences"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  pipeline                {expected.Lines / pipeline.Elapsed.TotalSeconds,9:N0} events/s  {pipeline.Elapsed.TotalSeconds,7:N2} s, CPU of this process {pipeline.Cpu.TotalSeconds:N2} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  floor: pipelined XADD   {payloads / xadd.TotalSeconds,9:N0} signals/s {xadd.TotalSeconds,7:N2} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  floor: COPY             {payloads / copy.TotalSeconds,9:N0} signals/s {copy.TotalSeconds,7:N2} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  of both floors together {(xadd + copy) / pipeline.Elapsed,9:P0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  lost {Math.Max(0, expected.Occurrences - pipeline.Occurrences):N0}, duplicated {Math.Max(0, pipeline.Occurrences - expected.Occurrences):N0}, incidents {pipeline.Incidents:N0}"));
        return pipeline.Occurrences == expected.Occurrences;
    }

    private static async Task<TimeSpan> XAddAsync(string connection, List<ReadOnlyMemory<byte>> payloads)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connection);
        var database = redis.GetDatabase();
        var started = Stopwatch.GetTimestamp();
        foreach (var chunk in payloads.Chunk(Pipelined))
        {
            await Task.WhenAll(chunk.Select(payload => database.StreamAddAsync("floor", "payload", payload)));
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<TimeSpan> CopyAsync(string connectionString, List<ReadOnlyMemory<byte>> payloads)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using (var create = new NpgsqlCommand("CREATE TABLE floor (id bigint PRIMARY KEY, payload bytea NOT NULL)", connection))
        {
            await create.ExecuteNonQueryAsync();
        }

        var started = Stopwatch.GetTimestamp();
        await using (var copy = await connection.BeginBinaryImportAsync("COPY floor (id, payload) FROM STDIN (FORMAT BINARY)"))
        {
            for (var i = 0; i < payloads.Count; i++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync((long)i, NpgsqlDbType.Bigint);
                await copy.WriteAsync(payloads[i], NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
