using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Chroma;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>One stack for all outages: each begins and ends with everything well.</summary>
public sealed class OutageFixture : IAsyncLifetime
{
    private readonly List<string> _rows = [];

    internal DistributedStack Stack { get; private set; } = null!;

    internal ApiReplica Api { get; private set; } = null!;

    internal ProgramProcess Watcher { get; private set; } = null!;

    internal EventSource Source { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Stack = await DistributedStack.StartAsync();
        Watcher = Stack.StartWatcher();
        Api = await Stack.StartApiAsync();
        await DistributedStack.WaitForStatusAsync(Api, status => status["clusters"]!.AsArray().Any(cluster => (string?)cluster!["state"] == "watching"));
        Source = EventSource.Start(Stack.Cluster, eventsPerSecond: 300, newPodEvery: 5);
    }

    /// <summary>The table of the outages so far.</summary>
    public string Add(string row)
    {
        _rows.Add(row);
        return string.Join('\n', ["engine      lost  duplicated  projections  recovered after", .. _rows]);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Stack is not null)
        {
            await (Source?.DisposeAsync() ?? ValueTask.CompletedTask);
            await Stack.DisposeAsync();
        }
    }
}

/// <summary>Each engine stopped for half a minute under load, and started again: nothing lost, nothing twice, every projection complete.</summary>
public sealed class OutageTests(OutageFixture fixture, ITestOutputHelper output) : IClassFixture<OutageFixture>
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    /// <summary>Half a minute without an engine is not news once a second.</summary>
    private const int LinesOfAnOutage = 30;

    private DistributedStack Stack => fixture.Stack;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task Postgres() => OutageOfAsync("PostgreSQL", null, Stack.Postgres.StopAsync, () => Stack.Postgres.StartAsync(Cancelled));

    [Fact]
    public Task Redis() => OutageOfAsync("Redis", null, Stack.Redis.StopAsync, () => Stack.Redis.StartAsync(Cancelled));

    [Fact]
    public Task Chroma() => OutageOfAsync("Chroma", "vectors", Stack.Chroma.StopAsync, () => Stack.Chroma.StartAsync(Cancelled));

    [Fact]
    public Task Neo4j() => OutageOfAsync("Neo4j", "graph", Stack.Neo4j.StopAsync, () => Stack.Neo4j.StartAsync(Cancelled));

    [Fact]
    public Task Ollama() => OutageOfAsync("Ollama", "vectors", Stack.Ollama.StopAsync, Stack.Ollama.StartAgainAsync);

    [Fact]
    public Task ChromaAndItsData_ReindexRestoresThem() => DropAsync(
        "vectors",
        async () =>
        {
            await Stack.Chroma.StopAsync();
            Stack.Chroma.DropData();
            await Stack.Chroma.StartAsync(Cancelled);
        });

    [Fact]
    public Task Neo4jAndItsData_ReindexRestoresThem() => DropAsync(
        "graph",
        async () =>
        {
            await Stack.Neo4j.StopAsync();
            Stack.Neo4j.DropData();
            await Stack.Neo4j.StartAsync(Cancelled);
        });

    /// <param name="waits">The projection that has to wait meanwhile; null where the signals themselves do.</param>
    private async Task OutageOfAsync(string engine, string? waits, Func<Task> stop, Func<Task> start)
    {
        var newborn = $"born-without-{engine.ToLowerInvariant()}";
        await IsCompleteAsync();
        var before = (Watcher: Lines(fixture.Watcher), Api: Lines(fixture.Api.Process));
        await stop();
        try
        {
            fixture.Source.Open(newborn);
            // The outage itself, while the cluster goes on failing.
            await Task.Delay(Outage, TimeProvider.System, Cancelled);
            if (waits is null)
            {
                await AssertHealthAsync(System.Net.HttpStatusCode.ServiceUnavailable, engine);
            }
            else
            {
                await DistributedStack.WaitForStatusAsync(fixture.Api, status => Projection(status, waits) is { } projection && (long)projection["waiting"]! > 0);
            }
        }
        finally
        {
            // The next test is to find everything well.
            await start();
        }

        var back = Stopwatch.GetTimestamp();
        await DistributedStack.WaitForOccurrencesAsync(fixture.Api, fixture.Source.Emitted);
        await IsCompleteAsync();
        var recovered = Stopwatch.GetElapsedTime(back);
        await IsProjectedAsync(newborn);

        var (emitted, accounts) = await CountWhilePausedAsync();
        var (lost, duplicated) = (Math.Max(0, emitted - accounts.Occurrences), Math.Max(0, accounts.Occurrences - emitted));
        AssertSaidOnce(fixture.Watcher, before.Watcher);
        AssertSaidOnce(fixture.Api.Process, before.Api);
        await AssertHealthAsync(System.Net.HttpStatusCode.OK, "");
        output.WriteLine(fixture.Add(string.Create(CultureInfo.InvariantCulture, $"{engine,-10} {lost,5} {duplicated,11}     complete  {recovered.TotalSeconds,13:0.0} s")));
        Assert.Equal((0L, 0L), (lost, duplicated));
        Assert.Equal((fixture.Source.Problems, fixture.Source.Problems), (accounts.Incidents, accounts.Problems));
    }

    private async Task<(long Emitted, Accounts Accounts)> CountWhilePausedAsync()
    {
        await fixture.Source.PauseAsync();
        try
        {
            var emitted = fixture.Source.Emitted;
            await DistributedStack.WaitForOccurrencesAsync(fixture.Api, emitted);
            // With nothing on its way any more: what came twice would stand there by now.
            await DistributedStack.WaitForStatusAsync(fixture.Api, status => (long)status["stream"]!["pending"]! == 0);
            await IsCompleteAsync(paused: true);
            return (emitted, await DistributedStack.CountAsync(fixture.Api));
        }
        finally
        {
            fixture.Source.GoOn();
        }
    }

    /// <summary>The incident that began during the outage is remembered by meaning, and hangs in the graph.</summary>
    private async Task IsProjectedAsync(string workload)
    {
        var page = (await fixture.Api.Http.GetFromJsonAsync<JsonNode>($"/api/incidents/?workload={workload}", Cancelled))!;
        var id = (long)Assert.Single(page["results"]!.AsArray())!["id"]!;
        var graph = (await fixture.Api.Http.GetFromJsonAsync<JsonNode>($"/api/incidents/{id}/graph", Cancelled))!;
        Assert.Contains(graph["nodes"]!.AsArray(), node => (string?)node!["label"] == "Workload" && (string?)node["name"] == $"Deployment/{workload}");

        // Asked of the engine itself: a bare back-off is like nothing that would be shown.
        await using var chroma = new ChromaSet(Stack.Chroma.ConnectionString, new ChromaTiming());
        var space = Assert.Single(await chroma.Memory.ListSpacesAsync(Cancelled));
        var remembered = await chroma.Memory.GetDocumentsAsync(space, [VectorRecord.IdOf(id)], Cancelled);
        Assert.Single(remembered);
    }

    private static int Lines(ProgramProcess process) => process.Output.Split('\n').Length;

    private void AssertSaidOnce(ProgramProcess process, int before)
    {
        var said = process.Output.Split('\n').Skip(before).ToList();
        output.WriteLine($"{said.Count} lines during the outage");
        Assert.True(said.Count <= LinesOfAnOutage, string.Join('\n', said.Take(200)));
    }

    private async Task AssertHealthAsync(System.Net.HttpStatusCode status, string named)
    {
        using var health = await fixture.Api.Http.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
        Assert.Equal(status, health.StatusCode);
        Assert.Contains(named, await health.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private async Task DropAsync(string projector, Func<Task> drop)
    {
        await IsCompleteAsync();
        await drop();
        await DistributedStack.WaitForStatusAsync(fixture.Api, status => Projection(status, projector) is { } projection && (long)projection["drift"]! != 0);

        using var begun = await fixture.Api.Http.PostAsync(new Uri($"/api/reindex/{projector}?again=true", UriKind.Relative), null, Cancelled);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, begun.StatusCode);
        await IsCompleteAsync();
    }

    /// <summary>Every projection shows every incident. New pods are on their way all the time, unless the source pauses.</summary>
    private Task<JsonNode> IsCompleteAsync(bool paused = false) => DistributedStack.WaitForStatusAsync(
        fixture.Api,
        status => ((string[])["vectors", "graph"]).All(name =>
            Projection(status, name) is { } projection && projection["error"] is null && (long)projection["drift"]! == 0
            && (!paused || (long)projection["waiting"]! == 0) && !(bool)projection["rebuilding"]! && (long)projection["dead_letters"]! == 0
            && (long)projection["present"]! == fixture.Source.Problems));

    private static JsonNode? Projection(JsonNode status, string projector) =>
        status["projections"]!.AsArray().FirstOrDefault(projection => (string?)projection!["projector"] == projector);
}
