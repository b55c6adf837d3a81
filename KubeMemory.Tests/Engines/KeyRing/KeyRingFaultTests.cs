using System.Security.Cryptography;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Postgres;
using KubeMemory.Tests.Engines.Postgres;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Xunit;

namespace KubeMemory.Tests.Engines.KeyRing;

/// <summary>What becomes of the ring when its server goes, is late, or refuses. Each test has a server of its own.</summary>
public sealed class KeyRingFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Protect_ServerGoneWhileRunning_GoesOn()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        var database = await server.CreateDatabaseAsync(Token);
        await using var web = await RingHost.StartAsync(database, folder: null);
        var payload = web.Protect("before");
        await server.StopAsync();

        Assert.Equal(("before", "after"), (web.Unprotect(payload), web.Unprotect(web.Protect("after"))));
        Assert.Equal(HealthStatus.Healthy, (await web.HealthAsync()).Status);
    }

    [Fact]
    public async Task Start_ServerDown_StartsAndSaysWhyAndComesBackByItself()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        var database = await server.CreateDatabaseAsync(Token);
        await server.StopAsync();
        await using var web = await RingHost.StartAsync(database, folder: null);

        var said = $"PostgreSQL at 127.0.0.1:{server.Port} does not answer: ";
        var fault = Assert.Throws<CryptographicException>(() => web.Protect("early"));
        Assert.StartsWith(said, Assert.IsType<EngineUnavailableException>(fault.InnerException).Message, StringComparison.Ordinal);
        var health = await web.HealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.StartsWith(said, health.Description, StringComparison.Ordinal);
        Assert.Single(
            web.Log.Text.Split('\n'),
            line => line.Contains($"The key ring cannot be had just now, and is asked for again when it is needed: {said}", StringComparison.Ordinal));
        Assert.DoesNotContain(web.Log.Text.Split('\n'), line => line.Contains("   at ", StringComparison.Ordinal));

        await server.StartAsync(Token);
        Assert.Equal("late", web.Unprotect(web.Protect("late")));
        Assert.Equal(HealthStatus.Healthy, (await web.HealthAsync()).Status);
    }

    [Fact]
    public async Task Start_BeforeAndWhileTheStoreIsBroughtUpToDate_NeitherStandsInTheOthersWay()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        var database = await server.CreateDatabaseAsync(Token);
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => RingHost.StartAsync(database, folder: null), Token))
            .Append(Task.Run(async () =>
            {
                await new PostgresStart(database).StartAsync(Token);
                return await RingHost.StartAsync(database, folder: null);
            }, Token)));
        try
        {
            var payload = hosts[0].Protect("secret");
            Assert.All(hosts, host => Assert.Equal("secret", host.Unprotect(payload)));
            await using var engines = await PostgresEngineSet.OpenAsync(database);
            Assert.Equal(0, (await engines.Audit.ListAsync(null, 1, Token)).Count);
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Health_UserThatMayNot_SaysWhatToGrant()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        var database = await server.CreateDatabaseAsync(Token);
        await RunAsync(database, "CREATE ROLE web LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        var asWeb = new NpgsqlConnectionStringBuilder(database) { Username = "web" }.ConnectionString;
        await using var web = await RingHost.StartAsync(asWeb, folder: null);
        Assert.Contains("cannot keep the key ring: the user may not do what is needed", (await web.HealthAsync()).Description, StringComparison.Ordinal);

        // With the API's table and these rights it needs no other.
        await using var api = await RingHost.StartAsync(database, folder: null);
        await RunAsync(database, "GRANT SELECT, INSERT ON data_protection_keys TO web");
        Assert.Equal("secret", web.Unprotect(api.Protect("secret")));
    }

    [Fact]
    public async Task Health_NoSuchDatabase_SaysSo()
    {
        PostgresFixture.RequireBinary();
        await using var server = await PostgresServer.StartNewAsync(Token);
        await using var web = await RingHost.StartAsync(server.ConnectionString.Replace("Database=postgres", "Database=nowhere", StringComparison.Ordinal), folder: null);

        Assert.Contains("there is no database \"nowhere\" there", (await web.HealthAsync()).Description, StringComparison.Ordinal);
    }

    private static async Task RunAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
