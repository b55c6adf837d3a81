using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Postgres;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace KubeMemory.Tests.Engines.Postgres;

/// <summary>What only several processes on one server can do to each other.</summary>
public sealed class PostgresStoreTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EightTogether_MigrateOnce()
    {
        var database = await postgres.NewDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new PostgresStart(database).StartAsync(Token), Token)));

        await using var engines = await PostgresEngineSet.OpenAsync(database);
        var migrations = typeof(PostgresStart).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(Migration)) && type.Namespace == "KubeMemory.Engines.Postgres.Migrations");
        Assert.Equal(migrations, await engines.Database.ReadAsync(session => session.NumberAsync("""SELECT COUNT(*) FROM "__EFMigrationsHistory" """), Token));
        await engines.IngestAsync(Make.Event("web", "a", 1, At));
        await engines.OnlyIncidentAsync();
    }

    [Fact]
    public async Task Start_NobodyThere_SaysWhereWithoutCredentials()
    {
        var start = new PostgresStart("Host=127.0.0.1;Port=1;Username=app;Password=hidden-word");
        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => start.StartAsync(Token));

        Assert.StartsWith("PostgreSQL at 127.0.0.1:1 does not answer: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Ingest_TwoReplicasTheSameInOtherOrders_AddsUp(int seed)
    {
        var database = await postgres.NewDatabaseAsync();
        await using var first = await PostgresEngineSet.OpenAsync(database);
        await using var second = await PostgresEngineSet.OpenAsync(database);
        var signals = (
            from cluster in new[] { "north", "south" }
            from workload in Enumerable.Range(0, 6)
            from pod in Enumerable.Range(0, 5)
            from version in Enumerable.Range(1, 4)
            select Make.Event($"w-{workload}", $"w-{workload}.{pod}", version * 2, At + TimeSpan.FromSeconds(version), pod: $"w-{workload}-{pod}") with
            {
                ClusterId = cluster,
                CauseKeys = ["node:n1"],
            }).ToArray();

        async Task IngestAsync(PostgresEngineSet engines, int order)
        {
            var shuffled = signals.ToArray();
            new Random(order).Shuffle(shuffled);
            foreach (var batch in shuffled.Chunk(25))
            {
                await engines.IngestAsync(batch);
            }
        }

        await Task.WhenAll(Task.Run(() => IngestAsync(first, seed), Token), Task.Run(() => IngestAsync(second, seed + 100), Token));

        var incidents = await first.IncidentsAsync();
        Assert.Equal(12, incidents.Count);
        Assert.Equal(12, incidents.DistinctBy(incident => (incident.ClusterId, incident.Workload)).Count());
        Assert.All(incidents, incident => Assert.Equal((5 * 8, 5), (incident.Occurrences, incident.AffectedPods)));
        Assert.All(incidents.GroupBy(incident => incident.ClusterId), cluster => Assert.NotNull(Assert.Single(cluster.Select(incident => incident.StormId).Distinct())));
        Assert.Equal(2, incidents.Select(incident => incident.StormId).Distinct().Count());
        var stored = await first.GateAsync(Gates.Stored) + await first.GateAsync(Gates.Deduplicated);
        Assert.Equal(2 * signals.Length, stored);
    }

    [Fact]
    public async Task Ingest_TwoClustersWithTheSameNames_StayApart()
    {
        await using var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        await engines.IngestAsync(
            Make.Event("web", "a", 3, At) with { ClusterId = "one", CauseKeys = ["node:n1"] },
            Make.Event("web", "a", 4, At) with { ClusterId = "two", CauseKeys = ["node:n1"] },
            Make.Health("web", 2, 2, At) with { ClusterId = "one" });

        var incidents = await engines.IncidentsAsync();
        Assert.Equal(["one 3", "two 4"], incidents.Select(incident => $"{incident.ClusterId} {incident.Occurrences}").Order(StringComparer.Ordinal));
        Assert.Null(incidents.Single(incident => incident.ClusterId == "two").DesiredReplicas);
        Assert.All(incidents, incident => Assert.Null(incident.StormId));
    }

    [Fact]
    public async Task Change_MoreIdsThanExpected_GivesThemInOrderAndOnce()
    {
        await using var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        Task<List<long>> TakeAsync() => engines.Store.ChangeAsync(
            new ChangeScope(), set => Enumerable.Range(0, 300).Select(_ => set.NewIncidentId()).ToList(), Token);
        var taken = await Task.WhenAll(TakeAsync(), TakeAsync());

        Assert.All(taken, ids => Assert.Equal(ids.Order(), ids));
        Assert.Equal(600, taken.SelectMany(ids => ids).Distinct().Count());
    }

    [Fact]
    public async Task Change_TheRulesFail_LeavesNothing()
    {
        await using var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        await engines.IngestAsync(Make.Event("web", "a", 1, At));
        var scope = new ChangeScope { Incidents = { (await engines.OnlyIncidentAsync()).Id } };

        await Assert.ThrowsAsync<InvalidOperationException>(() => engines.Store.ChangeAsync<bool>(
            scope,
            set =>
            {
                set.Incidents.Values.Single().Occurrences = 99;
                throw new InvalidOperationException("rules");
            },
            Token));
        Assert.Equal(1, (await engines.OnlyIncidentAsync()).Occurrences);
    }

    [Fact]
    public async Task Write_TwoThatLockCrosswise_BothEndWell()
    {
        await using var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        await engines.Database.WriteAsync(session => session.RunAsync("INSERT INTO gates VALUES ('c', 'a', 0), ('c', 'b', 0)"), Token);
        TaskCompletionSource firstHolds = new(), secondHolds = new();

        Task CrossAsync(string one, string other, TaskCompletionSource holds, TaskCompletionSource otherHolds) => engines.Database.WriteAsync(
            async session =>
            {
                await session.RunAsync("UPDATE gates SET count = count + 1 WHERE gate = $1", one);
                holds.TrySetResult();
                await otherHolds.Task.WaitAsync(Token);
                await session.RunAsync("UPDATE gates SET count = count + 1 WHERE gate = $1", other);
            },
            Token);
        await Task.WhenAll(CrossAsync("a", "b", firstHolds, secondHolds), CrossAsync("b", "a", secondHolds, firstHolds));

        Assert.Equal(4, await engines.Database.ReadAsync(session => session.NumberAsync("SELECT SUM(count)::bigint FROM gates"), Token));
    }

    [Fact]
    public async Task Ask_TableAlteredSinceTheStatementWasPrepared_IsAnswered()
    {
        await using var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        await engines.IngestAsync(Make.Event("web", "a", 1, At));
        Task<List<string>> AskAsync() => engines.Database.ReadAsync(
            session => session.ListAsync("SELECT gate FROM gates WHERE cluster_id = $1 ORDER BY 1", row => row.GetString(0), Make.Cluster), Token);
        for (var i = 0; i < 3; i++)
        {
            await AskAsync();
        }

        await engines.Database.WriteAsync(session => session.RunAsync("ALTER TABLE gates ALTER COLUMN gate TYPE varchar(200)"), Token);
        Assert.NotEmpty(await AskAsync());
    }

    [Fact]
    public async Task Ingest_ManyRowsAndFew_AreTheSame()
    {
        await using var many = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        await using var few = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        var signals = (
            from version in Enumerable.Range(1, 2)
            from workload in Enumerable.Range(0, 150)
            from pod in Enumerable.Range(0, 2)
            select Make.Event($"w-{workload}", $"w-{workload}.{pod}", version, At + TimeSpan.FromMinutes(version), workload % 5 == 0 ? IncidentType.ProbeFailure : IncidentType.OOMKilled, $"w-{workload}-{pod}") with
            {
                Image = pod == 0 ? null : "registry.example.com/ü:1",
                DesiredReplicas = 2,
            }).ToArray();
        foreach (var half in signals.Chunk(300))
        {
            await many.IngestAsync(half);
            foreach (var chunk in half.Chunk(20))
            {
                await few.IngestAsync(chunk);
            }
        }

        async Task<IReadOnlyList<string>> DumpAsync(PostgresEngineSet engines)
        {
            var rows = new List<string>();
            foreach (var table in (string[])["series", "subjects", "activity", "outbox", "timeline"])
            {
                var without = table is "series" or "timeline" ? " - 'id'" : " - 'version'";
                rows.AddRange(await engines.Database.ReadAsync(
                    session => session.ListAsync($"SELECT '{table} ' || (to_jsonb(t){without} - 'incident_id' - 'subject')::text FROM {table} t ORDER BY 1", row => row.GetString(0)), Token));
            }

            rows.AddRange(await engines.Database.ReadAsync(
                session => session.ListAsync("SELECT (to_jsonb(t) - 'id' - 'version' - 'stored_at')::text FROM incidents t ORDER BY incident_key", row => row.GetString(0)), Token));
            return rows;
        }

        Assert.Equal(await DumpAsync(few), await DumpAsync(many));
        Assert.Equal(120 + 30, (await many.Reader.CountAsync(Token)).Incidents);
    }

    [Fact]
    public async Task Delete_WhileAChangeIsAtWorkOnIt_WaitsAndIsNotUndone()
    {
        await using var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        await engines.IngestAsync(Make.Event("web", "a", 3, At));
        var id = (await engines.OnlyIncidentAsync()).Id;
        var loaded = new TaskCompletionSource();
        using var go = new ManualResetEventSlim();
        var scope = new ChangeScope();
        scope.Incidents.Add(id);
        var change = Task.Run(
            () => engines.Store.ChangeAsync(
                scope,
                set =>
                {
                    loaded.TrySetResult();
                    go.Wait(Token);
                    set.Incidents[id].Occurrences++;
                    return 0;
                },
                Token),
            Token);
        await loaded.Task.WaitAsync(Token);
        var delete = engines.Retention.DeleteAsync(id, Token);
        while (!delete.IsCompleted
            && await engines.Database.ReadAsync(session => session.NumberAsync("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), Token) == 0)
        {
            await Task.Yield();
        }

        go.Set();
        await change;
        Assert.True(await delete);
        Assert.Empty(await engines.IncidentsAsync());
    }

    [Fact]
    public async Task Read_Whatever_CannotWrite()
    {
        await using var engines = await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => engines.Database.ReadAsync(session => session.RunAsync("DELETE FROM gates"), Token));
    }
}
