using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Standalone.Cli;
using KubeMemory.Standalone.Reindexing;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Api.Projection;

/// <summary>The whole way: workers, store and API, with the engines of vectors and graph as fakes.</summary>
public sealed class ProjectionEndpointsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly InMemoryVectorMemory _memory = new();
    private readonly InMemoryGraph _graph = new();
    private readonly LetterEmbedding _embedding = new();
    private StoreHost _api = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _api = await StoreHost.StartAsync(
            TimeProvider.System,
            services =>
            {
                services.AddSingleton<IVectorMemory>(_memory);
                services.AddSingleton<IIncidentGraph>(_graph);
                services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(_embedding);
                services.AddSingleton(new EngineName(EnginePorts.Vectors, "Fake"));
                services.AddSingleton<IEngineProbe>(new SlowProbe());
                services.AddProjections();
            },
            ("KubeMemory:Projections:ReconcileEvery", "00:00:01"));
        await _api.IngestAsync(Enumerable.Range(0, 3).Select(i => Make.Event($"w{i}", $"s{i}", 1, EngineSet.Start + TimeSpan.FromSeconds(i)) with { Signature = "CrashLoopBackOff: the ledger is out of balance" }));
        await UntilAsync(async () => (await _api.GetAsync("/api/reindex")).AsArray() is { Count: 2 } all && all.All(one => !(bool)one!["rebuilding"]!) && _graph.Incidents.Count == 3 && _memory["letters/26"].Count == 3);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _embedding.Dispose();
    }

    [Fact]
    public async Task Similar_OfAnIncident_ListsTheOthersAsTheyAreNow()
    {
        var asked = (long)(await _api.GetAsync("/api/incidents?sort=occurred_at"))["results"]![0]!["id"]!;
        var results = (await _api.GetAsync($"/api/incidents/{asked}/similar?limit=1"))["results"]!.AsArray();

        var only = Assert.Single(results)!;
        Assert.NotEqual(asked, (long)only["incident"]!["id"]!);
        Assert.InRange((double)only["similarity"]!, 0.5, 1);
        await AssertProblemAsync(HttpMethod.Get, "/api/incidents/999/similar", HttpStatusCode.NotFound);
        await AssertProblemAsync(HttpMethod.Get, $"/api/incidents/{asked}/similar?limit=0", HttpStatusCode.BadRequest);
        // What needs no vectors is there all the same.
        _memory.Out = new EngineUnavailableException("Chroma at c:8000", new IOException("refused"));
        var without = await _api.GetAsync($"/api/incidents/{asked}/similar");
        Assert.Equal("Found without the vector memory: Chroma at c:8000 does not answer: refused.", (string?)without["missing"]![0]);
        Assert.Equal([0.0, 0.0], without["results"]!.AsArray().Select(one => (double)one!["similarity"]!));
    }

    [Fact]
    public async Task Reindex_AfterTheEngineLostItsData_RestoresIt()
    {
        await _graph.DropAsync(Token);
        var (response, body) = await _api.SendAsync(HttpMethod.Post, "/api/reindex/graph");
        Assert.Equal((HttpStatusCode.Accepted, "graph", 3L), (response.StatusCode, (string?)body!["projector"], (long)body["total"]!));

        await UntilAsync(() => Task.FromResult(_graph.Incidents.Count == 3));
        await AssertProblemAsync(HttpMethod.Post, "/api/reindex/everything", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Reindex_FromTheCommandLine_IsWatchedToItsEnd()
    {
        await _graph.DropAsync(Token);
        var told = new List<ReindexProgress>();
        var end = await new RemoteReindex(_api.Http, folder: null, TimeProvider.System).RunAsync("graph", again: true, told.Add, Token);

        Assert.Equal((false, 3L, 3), (end.Rebuilding, end.Total, _graph.Incidents.Count));
        Assert.True(told[0].Rebuilding);
        var refused = await Assert.ThrowsAsync<StandaloneException>(() => new RemoteReindex(_api.Http, folder: null, TimeProvider.System).RunAsync("everything", again: false, told.Add, Token));
        Assert.Contains("use vectors or graph", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Incident_IsGoneFromEveryEngineAndFromTheList()
    {
        var id = _graph.Incidents.Keys.Min();
        using var gone = await _api.Http.DeleteAsync(new Uri($"/api/incidents/{id}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);

        await UntilAsync(() => Task.FromResult(_graph.Incidents.Count == 2 && _memory["letters/26"].Count == 2));
        Assert.Equal(2, (long)(await _api.GetAsync("/api/incidents"))["count"]!);
        await AssertProblemAsync(HttpMethod.Delete, $"/api/incidents/{id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Status_ShowsBothProjectionsAndWaitsForNoEngineBesideTheStore()
    {
        JsonNode status = null!;
        await UntilAsync(async () => (status = await _api.GetAsync("/api/status"))["projections"]!.AsArray() is { Count: 2 } all && all.All(one => (long?)one!["present"] == 3));

        Assert.Equal(["Fake", "incident store"], status["projections"]!.AsArray().Select(one => (string?)one!["engine"]));
        Assert.Equal(["letters/26", "graph"], status["projections"]!.AsArray().Select(one => (string?)one!["serving"]));
        Assert.Equal([0L, 0L], status["projections"]!.AsArray().Select(one => (long)one!["drift"]!));
        var vectors = Assert.Single(status["engines"]!.AsArray(), engine => (string?)engine!["port"] == "vectors")!;
        Assert.False((bool)vectors["healthy"]!);
        Assert.Equal(HttpStatusCode.OK, (await _api.SendAsync(HttpMethod.Get, "/health")).Response.StatusCode);
    }

    [Fact]
    public async Task DeadLetter_OfAProjection_IsListedAndReplayed()
    {
        var refused = _graph.Incidents.Keys.Max() + 1;
        _memory.Refused.Add(refused);
        await _api.IngestAsync(Make.Event("bad", "bad", 1, EngineSet.Start));
        JsonNode letters = null!;
        await UntilAsync(async () => (long)(letters = await _api.GetAsync("/api/dead-letters"))["count"]! == 1);

        Assert.Equal(($"vectors-{refused}", $"Refused: incident:{refused}."), ((string?)letters["results"]![0]!["id"], (string?)letters["results"]![0]!["reason"]));
        _memory.Refused.Clear();
        Assert.Equal(HttpStatusCode.Accepted, (await _api.SendAsync(HttpMethod.Post, $"/api/dead-letters/vectors-{refused}/replay")).Response.StatusCode);
        await UntilAsync(() => Task.FromResult(_memory["letters/26"].ContainsKey(VectorRecord.IdOf(refused))));
        await AssertProblemAsync(HttpMethod.Post, $"/api/dead-letters/vectors-{refused}/replay", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Start_RetentionMakesNoSense_IsSaidInOneSentence()
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => StoreHost.StartAsync(
            TimeProvider.System,
            services =>
            {
                services.AddSingleton<IVectorMemory>(_memory);
                services.AddSingleton<IIncidentGraph>(_graph);
                services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(_embedding);
                services.AddProjections();
            },
            ("KubeMemory:Retention:LogsFor", "00:10:00")));

        Assert.Contains("KubeMemory:Retention:LogsFor is 00:10:00", fault.Message, StringComparison.Ordinal);
    }

    private async Task AssertProblemAsync(HttpMethod method, string path, HttpStatusCode status)
    {
        var (response, body) = await _api.SendAsync(method, path);
        Assert.Equal(status, response.StatusCode);
        Assert.False(string.IsNullOrEmpty((string?)body!["detail"]));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>Never answers.</summary>
    private sealed class SlowProbe : IEngineProbe
    {
        public string Port => EnginePorts.Vectors;

        public Task AskAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }
}
