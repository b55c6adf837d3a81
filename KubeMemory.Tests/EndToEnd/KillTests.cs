using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Standalone;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>Kill it at any time: the totals still add up.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KillNine_TwentyTimesUnderLoad_LosesNothingAndDoublesNothing()
    {
        using var home = new TemporaryFolder();
        using var state = new ClusterState(TimeProvider.System);
        await using var server = await SimulatorServer.StartAsync(state, ct: Cancelled);
        var kubeconfig = server.WriteKubeconfig(home.PathOf("config"));
        await using var source = EventSource.Start(server, eventsPerSecond: 1_000);

        await KillDuringMigrationAsync(home);
        var stored = 0L;
        for (var kill = 2; kill <= Kills; kill++)
        {
            await using var process = Start(home, kubeconfig);
            using var api = await ConnectAsync(process);
            // It has stored more than before, so it is in the middle of its work.
            stored = await WaitForOccurrencesAsync(api, count => count > stored);
            await process.KillAsync();
        }

        await source.StopAsync();
        await using var last = Start(home, kubeconfig);
        using var final = await ConnectAsync(last);
        stored = await WaitForOccurrencesAsync(final, count => count >= source.Emitted);
        var incidents = await IncidentsAsync(final);

        output.WriteLine($"occurrences emitted {source.Emitted}, stored {stored}; problems {source.Problems}, incidents {incidents.Count}");
        Assert.Equal(source.Emitted, stored);
        Assert.Equal(source.Problems, incidents.Count);
        Assert.Equal(source.Problems, incidents.Select(i => $"{i["namespace"]}/{i["workload"]}/{i["family"]}").Distinct().Count());
    }

    /// <summary>Kills the process while the store's first migration holds its lock; the next start must clear it and go on.</summary>
    private static async Task KillDuringMigrationAsync(TemporaryFolder home)
    {
        while (true)
        {
            await using var process = StandaloneProcess.Start(home, "--data", home.PathOf("data"), "--urls", "http://127.0.0.1:0;http://127.0.0.1:0");
            while (!process.HasExited && !File.Exists(home.PathOf("data/kubememory.db")))
            {
                await Task.Yield();
            }

            // Frozen, looked at, and set going again, until it stands in the middle of its migration.
            for (var finished = false; !finished;)
            {
                process.Freeze();
                var lockHeld = IsMigrating(home.PathOf("data/kubememory.db"), out finished);
                if (lockHeld)
                {
                    await process.KillAsync();
                    return;
                }

                process.Thaw();
                await Task.Yield();
            }

            // It was through before it was seen: once more, from nothing.
            await process.KillAsync();
            Directory.Delete(home.PathOf("data"), recursive: true);
        }
    }

    private static bool IsMigrating(string file, out bool finished)
    {
        finished = false;
        try
        {
            using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=false;Default Timeout=1");
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = "select (select count(*) from __EFMigrationsLock), (select count(*) from sqlite_master where name = 'incidents')";
            using var reader = command.ExecuteReader();
            reader.Read();
            finished = reader.GetInt64(0) == 0 && reader.GetInt64(1) > 0;
            return reader.GetInt64(0) > 0;
        }
        catch (SqliteException)
        {
            // Not there yet, or locked by the frozen process: look again later.
            return false;
        }
    }

    private static StandaloneProcess Start(TemporaryFolder home, string kubeconfig) => StandaloneProcess.Start(
        home, "--kubeconfig", kubeconfig, "--namespaces", "*", "--data", home.PathOf("data"), "--urls", "http://127.0.0.1:0;http://127.0.0.1:0");

    private static async Task<HttpClient> ConnectAsync(StandaloneProcess process) => new() { BaseAddress = await process.WaitForAddressAsync("API") };

    private static async Task<long> WaitForOccurrencesAsync(HttpClient api, Func<long, bool> enough)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var stored = (await IncidentsAsync(api)).Sum(i => (long)i["occurrences"]!);
            if (enough(stored) || patience.IsCancellationRequested)
            {
                return stored;
            }

            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private static async Task<List<JsonNode>> IncidentsAsync(HttpClient api)
    {
        var page = JsonNode.Parse(await api.GetStringAsync(new Uri("/api/incidents/?limit=200", UriKind.Relative), Cancelled))!;
        Assert.Null((string?)page["next"]);
        return [.. page["results"]!.AsArray().Select(i => i!)];
    }
}
