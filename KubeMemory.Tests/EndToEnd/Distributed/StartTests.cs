using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>Each part starts alone, in any order, and says what it waits for; a mistake is one sentence.</summary>
public sealed class StartTests
{
    private const string Nobody = "127.0.0.1:1";
    private const string Secret = "s3cret-word";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_BeforeTheirEngines_WaitSayForWhat_AndServeWhenTheyCome()
    {
        PostgresFixture.RequireBinary();
        RedisFixture.RequireBinary();
        using var home = new TemporaryFolder();
        await using var postgres = await PostgresServer.StartNewAsync(Cancelled);
        await using var redis = await RedisServer.StartNewAsync(Cancelled);
        await Task.WhenAll(postgres.StopAsync(), redis.StopAsync());
        // The reason that follows depends on who is first: the refusal, or the time that is up on a busy machine.
        var (atPostgres, atRedis) = ($"Waiting for PostgreSQL at 127.0.0.1:{postgres.Port}: ", $"Waiting for Redis at {redis.ConnectionString}: ");
        var engines = new[]
        {
            ("ConnectionStrings__postgres", $"{postgres.ConnectionString};Password={Secret}"),
            ("ConnectionStrings__redis", $"{redis.ConnectionString},password={Secret}"),
            // What is no condition for serving is not there at all.
            ("ConnectionStrings__chroma", $"Endpoint=http://{Nobody}"),
            ("ConnectionStrings__neo4j", $"Endpoint=http://{Nobody};Password={Secret}"),
            ("ConnectionStrings__embedding", $"Endpoint=http://{Nobody};Model=m"),
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
        };

        var started = TimeProvider.System.GetTimestamp();
        await using var watcher = ProgramProcess.Start("KubeMemory.Watcher", home, engines);
        await using var api = ProgramProcess.Start("KubeMemory.Api", home, engines);
        using var watching = new HttpClient { BaseAddress = await ListeningAsync(watcher) };
        using var http = new HttpClient { BaseAddress = await ListeningAsync(api) };
        await api.WaitForLineAsync(atPostgres);
        await watcher.WaitForLineAsync(atRedis);
        await AssertUnreadyAsync(watching, atRedis);
        await AssertWaitsAsync(http, atPostgres);

        await using var web = ProgramProcess.Start("KubeMemory.Web", home, [("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("KubeMemory__ApiAddress", http.BaseAddress!.ToString())]);
        using var page = new HttpClient { BaseAddress = await ListeningAsync(web) };
        Assert.Contains(atPostgres, WebUtility.HtmlDecode(await page.GetStringAsync(new Uri("/", UriKind.Relative), Cancelled)), StringComparison.Ordinal);

        await postgres.StartAsync(Cancelled);
        await api.WaitForLineAsync(atRedis);
        await AssertWaitsAsync(http, atRedis);

        await redis.StartAsync(Cancelled);
        await watcher.WaitForLineAsync($"Redis at {redis.ConnectionString} answers");
        await api.WaitForLineAsync($"Redis at {redis.ConnectionString} answers");
        await web.WaitForLineAsync("Live changes arrive");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/health", UriKind.Relative), Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await watching.GetAsync(new Uri("/health", UriKind.Relative), Cancelled)).StatusCode);
        Assert.Equal(0, (int)JsonNode.Parse(await http.GetStringAsync(new Uri("/api/incidents/", UriKind.Relative), Cancelled))!["count"]!);

        foreach (var part in (ProgramProcess[])[web, api, watcher])
        {
            part.Terminate();
            Assert.Equal(0, await part.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5), Cancelled));
            Assert.DoesNotContain("   at ", part.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, part.Output + part.Error, StringComparison.Ordinal);
            Assert.Equal("", part.Error);
        }

        var said = api.Output.Split('\n').Where(line => line.Contains(atPostgres, StringComparison.Ordinal)).ToList();
        // Again every 30 seconds, and a busy machine may take as long.
        var reminders = (int)(TimeProvider.System.GetElapsedTime(started) / TimeSpan.FromSeconds(30));
        Assert.All(said.GroupBy(line => line), same => Assert.InRange(same.Count(), 1, 1 + reminders));
    }

    [Theory]
    [InlineData("KubeMemory.Api")]
    [InlineData("KubeMemory.Watcher")]
    [InlineData("KubeMemory.Web")]
    public async Task Part_StoppedWhileItWaits_EndsWithinFiveSeconds(string project)
    {
        using var home = new TemporaryFolder();
        await using var part = ProgramProcess.Start(
            project,
            home,
            [
                ("ConnectionStrings__postgres", "Host=127.0.0.1;Port=1"),
                ("ConnectionStrings__redis", Nobody),
                ("KubeMemory__ApiAddress", $"http://{Nobody}"),
                ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ]);
        await part.WaitForLineAsync("Waiting for ");

        part.Interrupt();

        Assert.Equal(0, await part.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5), Cancelled));
        Assert.DoesNotContain("   at ", part.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KubeMemory.Watcher", "", "\"postgres\" and \"redis\" are missing")]
    [InlineData("KubeMemory.Api", "ConnectionStrings__postgres=postgres://a:s3cret-word@db", "\"postgres\" is not made of key=value pairs")]
    [InlineData("KubeMemory.Api", "KubeMemory__Projections__ReconcileEvery=soon", "'soon' at 'KubeMemory:Projections:ReconcileEvery'")]
    [InlineData("KubeMemory.Watcher", "K8S_WATCH_TIMEOUT=soon", "K8S_WATCH_TIMEOUT is 'soon'")]
    [InlineData("KubeMemory.Watcher", "KubeMemory__Metrics__SampleEvery=00:10:00", "KubeMemory:Metrics:SampleEvery must be from 00:00:01 to 00:05:00")]
    [InlineData("KubeMemory.Web", "KubeMemory__ApiAddress=ftp://api", "KubeMemory:ApiAddress must be")]
    public async Task Mistake_IsOneSentence(string project, string setting, string expected)
    {
        using var home = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" };
        if (setting.Length > 0)
        {
            var (name, value) = (setting.Split('=')[0], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            (environment["ConnectionStrings__postgres"], environment["ConnectionStrings__redis"]) = ("Host=127.0.0.1;Port=1", Nobody);
            environment[name] = value;
        }

        await using var part = ProgramProcess.Start(project, home, environment.Select(pair => (pair.Key, pair.Value)));

        Assert.Equal(1, await part.WaitForExitAsync());
        Assert.Contains(expected, part.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', part.Error);
        Assert.DoesNotContain("   at ", part.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, part.Output + part.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KubeMemory.Api")]
    [InlineData("KubeMemory.Watcher")]
    public async Task PortInUse_IsOneSentence(string project)
    {
        using var home = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://{other.LocalEndpoint}";
        await using var part = ProgramProcess.Start(
            project,
            home,
            [("ConnectionStrings__postgres", "Host=127.0.0.1;Port=1"), ("ConnectionStrings__redis", Nobody), ("ASPNETCORE_URLS", address)]);

        Assert.Equal(1, await part.WaitForExitAsync());
        Assert.Equal($"Failed to bind to address {address}: address already in use. End the other program, or choose another address with ASPNETCORE_URLS.", part.Error);
    }

    private static async Task AssertUnreadyAsync(HttpClient part, string sentence)
    {
        Assert.Equal(HttpStatusCode.OK, (await part.GetAsync(new Uri("/alive", UriKind.Relative), Cancelled)).StatusCode);
        using var health = await part.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains(sentence, await health.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private static async Task AssertWaitsAsync(HttpClient api, string sentence)
    {
        await AssertUnreadyAsync(api, sentence);
        using var incidents = await api.GetAsync(new Uri("/api/incidents/", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, incidents.StatusCode);
        Assert.Equal("application/problem+json", incidents.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(incidents.Headers.RetryAfter);
        Assert.Contains(sentence, await incidents.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    // Now listening on: http://127.0.0.1:39563
    private static async Task<Uri> ListeningAsync(ProgramProcess process) => new((await process.WaitForLineAsync("Now listening on: ")).Split(' ')[^1]);
}
