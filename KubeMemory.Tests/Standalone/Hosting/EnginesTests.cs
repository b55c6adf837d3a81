using System.Text.Json.Nodes;
using KubeMemory.Tests.Engines.Servers;
using KubeMemory.Tests.Standalone.Import;
using Xunit;

namespace KubeMemory.Tests.Standalone.Hosting;

/// <summary>A connection string selects the engine in Standalone too; the rest stays in the data folder.</summary>
public sealed class EnginesTests
{
    private const string FreePorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chroma_HoldsTheVectors_TheRestStays()
    {
        ChromaFixture.Require();
        using var home = new TemporaryFolder();
        await using var chroma = await ChromaServer.StartNewAsync(Cancelled);
        await using var process = StandaloneProcess.Start(
            home, [("ConnectionStrings__chroma", chroma.ConnectionString)], "--demo", "--demo-speed", "20", "--data", home.PathOf("data"), "--urls", FreePorts);
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };
        var engines = await process.WaitForLineAsync("  Engines ");
        Assert.Contains("SQLite (incidents, signals)", engines, StringComparison.Ordinal);
        Assert.Contains("Chroma (vectors)", engines, StringComparison.Ordinal);

        await WaitForAsync(api, "/api/incidents/", page => (long)page["count"]! > 0);
        using var store = new HttpClient { BaseAddress = new Uri(chroma.ConnectionString["Endpoint=".Length..]) };
        await WaitForAsync(store, "/api/v2/tenants/default_tenant/databases/default_database/collections", collections => collections.AsArray().Count > 0);
    }

    [Fact]
    public async Task PostgresAndRedis_HoldEverything_AndAnImportGoesThere()
    {
        PostgresFixture.RequireBinary();
        RedisFixture.RequireBinary();
        using var home = new TemporaryFolder();
        await using var postgres = await PostgresServer.StartNewAsync(Cancelled);
        await using var redis = await RedisServer.StartNewAsync(Cancelled);
        (string, string)[] strings = [("ConnectionStrings__postgres", postgres.ConnectionString), ("ConnectionStrings__redis", redis.ConnectionString)];

        await using var import = StandaloneProcess.Start(home, strings, "import", ImportTests.OwnBundle, "--data", home.PathOf("one"), "--cluster", "prod");
        Assert.Equal(0, await import.WaitForExitAsync());
        await using var reindex = StandaloneProcess.Start(home, strings, "reindex", "graph", "--data", home.PathOf("two"));
        Assert.Equal(0, await reindex.WaitForExitAsync());
        Assert.DoesNotContain(": 0 incidents", reindex.Output, StringComparison.Ordinal);

        // Another data folder, the same memory.
        await using var process = StandaloneProcess.Start(home, strings, "--data", home.PathOf("three"), "--urls", FreePorts);
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };
        var engines = await process.WaitForLineAsync("  Engines ");
        Assert.Contains("PostgreSQL (incidents)", engines, StringComparison.Ordinal);
        Assert.Contains("Redis (signals)", engines, StringComparison.Ordinal);
        await WaitForAsync(api, "/api/incidents/", page => (long)page["count"]! > 0);
        await WaitForAsync(api, "/api/status", status => status["clusters"]!.AsArray().Any(cluster => (string?)cluster!["state"] == "imported"));
    }

    [Theory]
    [InlineData("import")]
    [InlineData("reindex")]
    public async Task Command_EngineDoesNotAnswer_IsSaidInASentence(string command)
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(
            home, [("ConnectionStrings__postgres", "Host=127.0.0.1;Port=1")], [command, command == "import" ? ImportTests.OwnBundle : "graph", "--data", home.PathOf("data")]);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Contains("PostgreSQL at 127.0.0.1:1 does not answer: Connection refused.", process.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EngineDoesNotAnswer_TheStartMessageSaysSo()
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, [("ConnectionStrings__redis", "127.0.0.1:1")], "--data", home.PathOf("data"), "--urls", FreePorts);

        // On a busy machine the message comes before the first attempt has ended, without a reason yet.
        Assert.Contains("nothing yet: Waiting for Redis at 127.0.0.1:1", await process.WaitForLineAsync("  Watching "), StringComparison.Ordinal);
        process.Interrupt();
        Assert.Equal(0, await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5), Cancelled));
    }

    [Fact]
    public async Task Run_ConnectionStringCannotBeRead_IsSaidInASentence()
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, [("ConnectionStrings__redis", "redis://:s3cret@h")], "--data", home.PathOf("data"), "--urls", FreePorts);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Equal("The connection string \"redis\" cannot be read: write it like host:6379,password=…,ssl=true.", process.Error);
    }

    private static async Task WaitForAsync(HttpClient http, string path, Func<JsonNode, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), patience.Token);
            if (answer.IsSuccessStatusCode && wanted(JsonNode.Parse(await answer.Content.ReadAsStringAsync(patience.Token))!))
            {
                return;
            }

            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
