using System.Diagnostics;
using System.Globalization;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Postgres;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Npgsql;
using Xunit;

namespace KubeMemory.Tests.Engines.Postgres;

/// <summary>What happens to the store when its server goes, hangs and comes back. Each test has a server of its own.</summary>
public sealed class PostgresFaultTests
{
    private const int SignalsABatch = 20;

    private static readonly DateTimeOffset At = EngineSet.Start;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ingest_ServerKilledUnderLoad_EachBatchIsWholeOrNotThereAndAllGoesOn()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        await using var engines = await PostgresEngineSet.OpenAsync(await server.CreateDatabaseAsync(Token));
        TaskCompletionSource underWay = new();
        var confirmed = new List<int>();

        async Task LoadAsync()
        {
            for (var batch = 0; ; batch++)
            {
                await IngestAsync(engines, batch);
                confirmed.Add(batch);
                if (batch == 10)
                {
                    underWay.SetResult();
                }
            }
        }

        var load = Task.Run(LoadAsync, Token);
        await Task.WhenAny(underWay.Task, load);
        await server.KillAsync();
        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => load);
        Assert.StartsWith($"PostgreSQL at 127.0.0.1:{server.Port}", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineUnavailableException>(() => engines.Reader.CountAsync(Token));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => engines.Probe.AskAsync(Token));
        await server.StartAsync(Token);

        var stored = await engines.IncidentsAsync();
        Assert.All(stored, incident => Assert.Equal((SignalsABatch, SignalsABatch), (incident.Occurrences, incident.AffectedPods)));
        Assert.Subset(stored.Select(incident => incident.Workload).ToHashSet(), confirmed.Select(batch => $"w-{batch}").ToHashSet());

        // What was not confirmed comes again, and more after it.
        await IngestAsync(engines, confirmed.Count);
        await IngestAsync(engines, confirmed.Count + 1);
        var all = await engines.IncidentsAsync();
        Assert.Equal(confirmed.Count + 2, all.Count);
        Assert.All(all, incident => Assert.Equal(SignalsABatch, incident.Occurrences));
    }

    [Fact]
    public async Task Ask_ServerRestarted_TheFirstQuestionIsAnswered()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        await using var engines = await PostgresEngineSet.OpenAsync(await server.CreateDatabaseAsync(Token));
        await IngestAsync(engines, 1);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => engines.Reader.CountAsync(Token)));
        await server.StopAsync();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => engines.Reader.CountAsync(Token));
        await server.StartAsync(Token);

        // Connections from before lie in the pool no longer.
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(1, (await engines.Reader.CountAsync(Token)).Incidents);
        }
    }

    [Fact]
    public async Task Ingest_ServerHangs_FailsInTimeAndGoesOn()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        await using var engines = await PostgresEngineSet.OpenAsync(await server.CreateDatabaseAsync(Token) + ";Timeout=1;Command Timeout=1");
        await IngestAsync(engines, 1);
        server.Suspend();
        try
        {
            var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => IngestAsync(engines, 2).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token));
            Assert.Contains("does not answer", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            server.Resume();
        }

        await IngestAsync(engines, 2);
        Assert.Equal(2, (await engines.IncidentsAsync()).Count);
    }

    /// <summary>A replica that the kernel or a debugger has stopped in the middle of a batch keeps its connection and its locks.</summary>
    [Theory]
    [InlineData("SELECT pg_advisory_xact_lock_shared(1)", "8")]
    [InlineData("SELECT pg_sleep(3600)", "11")]
    public async Task Ingest_AnotherReplicaStandsStillInItsTransaction_GoesOnWithinFifteenSeconds(string lastSaid, string limit)
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        var database = await server.CreateDatabaseAsync(Token);
        await using var engines = await PostgresEngineSet.OpenAsync(database);
        await IngestAsync(engines, 1);
        await using var pool = PostgresDatabase.Pool(database);
        await using var frozen = await pool.OpenConnectionAsync(Token);
        await using var transaction = await frozen.BeginTransactionAsync(Token);
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", frozen)
        {
            Parameters = { new NpgsqlParameter { Value = PostgresIncidentLoader.LockOf(Make.Cluster) } },
        };
        await hold.ExecuteNonQueryAsync(Token);
        await using var last = new NpgsqlCommand(lastSaid, frozen) { CommandTimeout = 0 };
        var waiting = last.ExecuteNonQueryAsync(Token);

        var started = Stopwatch.GetTimestamp();
        IngestOutcome? outcome = null;
        while (outcome is null)
        {
            try
            {
                outcome = await IngestAsync(engines, 2);
            }
            catch (EngineUnavailableException)
            {
                // As the worker does, which tries again.
            }
        }

        Assert.Equal(SignalsABatch, outcome.Stored);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(double.Parse(limit, CultureInfo.InvariantCulture) - 4), TimeSpan.FromSeconds(15));
        var fault = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await waiting;
            await transaction.CommitAsync(Token);
        });
        Assert.True(PostgresFaults.IsUnavailable(fault), fault.ToString());
    }

    private static Task<IngestOutcome> IngestAsync(PostgresEngineSet engines, int batch) => engines.IngestAsync(
        Enumerable.Range(0, SignalsABatch).Select(pod => Make.Event($"w-{batch}", $"w-{batch}.{pod}", 1, At + TimeSpan.FromSeconds(pod), pod: $"w-{batch}-{pod}")));
}
