using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines;
using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Chroma;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using KubeMemory.Tests.Standalone;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>Another embedding model, and back, on vectors in SQLite and in a real Chroma; killed in the middle; data lost and restored.</summary>
public sealed class ModelChangeTests(ITestOutputHelper output)
{
    private const int Incidents = 800;
    private const string Lexical = "lexical-2/384";
    private const string Nomic = "nomic-embed-text/64";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ModelChanged_OldVectorsServeUntilTheNewOnesAreComplete_KilledOnTheWay(bool inChroma)
    {
        using var home = new TemporaryFolder();
        await using var chroma = inChroma ? await ChromaFixture.OwnAsync() : null;
        await using var ollama = await OllamaStub.StartAsync("nomic-embed-text");
        await FillAsync(home);
        await using (var lexical = await Running.StartAsync(home, chroma, model: null))
        {
            await lexical.UntilAsync(vectors => IsComplete(vectors, Lexical));
            await lexical.KillAsync();
        }

        ollama.Delay = TimeSpan.FromMilliseconds(150);
        var done = await RebuildUntilKilledAsync(home, chroma, ollama);
        ollama.ClearRequests();
        ollama.Delay = TimeSpan.Zero;
        await using (var nomic = await Running.StartAsync(home, chroma, ollama))
        {
            Assert.InRange((long)(await nomic.VectorsAsync())["done"]!, done, Incidents);
            await nomic.UntilAsync(vectors => IsComplete(vectors, Nomic));
            // What was in before is not made again; those that were on their way at the kill may be.
            var texts = ollama.Requests.Where(request => request.Path == "/api/embed").Sum(request => request.Body.GetProperty("input").GetArrayLength());
            output.WriteLine($"done at the kill {done}, embedded afterwards {texts}");
            Assert.InRange(texts, 1, Incidents - done + 1);
            Assert.Equal(5, await nomic.CountSimilarAsync());
            await nomic.KillAsync();
        }

        Assert.Equal([Nomic], await SpacesAsync(home, chroma));
        await using var back = await Running.StartAsync(home, chroma, model: null);
        Assert.Equal(5, await back.CountSimilarAsync());
        await back.UntilAsync(vectors => IsComplete(vectors, Lexical));
        Assert.Equal(5, await back.CountSimilarAsync());
        await back.KillAsync();
        Assert.Equal([Lexical], await SpacesAsync(home, chroma));
    }

    [Fact]
    public async Task Reindex_ByTheRunningProcessAndByItself_RestoresWhatChromaLost()
    {
        using var home = new TemporaryFolder();
        await using var chroma = await ChromaFixture.OwnAsync();
        await FillAsync(home);
        await using (var running = await Running.StartAsync(home, chroma, model: null))
        {
            await running.UntilAsync(vectors => IsComplete(vectors, Lexical));
            await LoseDataAsync(chroma);
            Assert.Equal($"Rebuilt vectors into {Lexical}: {Incidents} incidents.", await ReindexAsync(home, chroma, "vectors", "--api", running.Api.AbsoluteUri));
            Assert.Equal(Incidents, await CountAsync(chroma));
            Assert.Equal($"Rebuilt graph into graph: {Incidents} incidents.", await ReindexAsync(home, chroma, "graph", "--api", running.Api.AbsoluteUri));
            await running.KillAsync();
        }

        await LoseDataAsync(chroma);
        Assert.Equal($"Rebuilt vectors into {Lexical}: {Incidents} incidents.", await ReindexAsync(home, chroma, "vectors"));
        Assert.Equal(Incidents, await CountAsync(chroma));
        Assert.Equal($"Rebuilt graph into graph: {Incidents} incidents.", await ReindexAsync(home, chroma, "graph"));
        // Without Chroma the same file takes the vectors.
        Assert.Equal($"Rebuilt vectors into {Lexical}: {Incidents} incidents.", await ReindexAsync(home, chroma: null, "vectors"));
        Assert.Equal([Lexical], await SpacesAsync(home, chroma: null));
    }

    /// <summary>Asks all the while for similar incidents, which come from the old vectors; how far the rebuild was at the kill.</summary>
    private static async Task<long> RebuildUntilKilledAsync(TemporaryFolder home, ChromaServer? chroma, OllamaStub ollama)
    {
        await using var running = await Running.StartAsync(home, chroma, ollama);
        var done = 0L;
        await running.UntilAsync(async vectors =>
        {
            Assert.Equal(Lexical, (string?)vectors["serving"]);
            Assert.Equal(5, await running.CountSimilarAsync());
            done = (long)vectors["done"]!;
            return (string?)vectors["target"] == Nomic && done >= Incidents / 4;
        });
        await running.KillAsync();
        Assert.InRange(done, Incidents / 4, Incidents - 1);
        return done;
    }

    private static bool IsComplete(JsonNode vectors, string space) => !(bool)vectors["rebuilding"]! && (string?)vectors["serving"] == space;

    private static async Task FillAsync(TemporaryFolder home)
    {
        await using var engines = await OpenAsync(home);
        var start = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
        // A failure that says enough to be like another one.
        var signals = Enumerable.Range(0, Incidents).Select(i =>
            Make.Event(string.Create(CultureInfo.InvariantCulture, $"w{i}"), $"s{i}", 1, start + TimeSpan.FromSeconds(i), IncidentType.ImagePullBackOff) with
            {
                Reason = "Failed",
                Message = "Failed to pull image \"registry.example.com/shop/cart:7\": rpc error: code = NotFound desc = failed to resolve reference: not found",
                Signature = "ImagePullBackOff: not found",
            });
        await new IncidentIngestor(engines.Store, engines.IncidentOptions, TimeProvider.System).IngestAsync(Make.Batch(signals), Cancelled);
    }

    private static Task<EmbeddedEngines> OpenAsync(TemporaryFolder home) =>
        EmbeddedEngines.OpenAsync(home.PathOf("data"), TimeProvider.System, NullLoggerFactory.Instance, Cancelled);

    private static async Task<IEnumerable<string>> SpacesAsync(TemporaryFolder home, ChromaServer? chroma)
    {
        if (chroma is not null)
        {
            await using var set = new ChromaSet(chroma.ConnectionString, new ChromaTiming());
            return (await set.Memory.ListSpacesAsync(Cancelled)).Select(space => space.ToString());
        }

        await using var engines = await OpenAsync(home);
        return (await engines.Vectors.ListSpacesAsync(Cancelled)).Select(space => space.ToString());
    }

    private static async Task<long> CountAsync(ChromaServer chroma)
    {
        await using var set = new ChromaSet(chroma.ConnectionString, new ChromaTiming());
        return await set.Memory.CountAsync(VectorSpace.Parse(Lexical), Cancelled);
    }

    private static async Task LoseDataAsync(ChromaServer chroma)
    {
        await chroma.StopAsync();
        chroma.DropData();
        await chroma.StartAsync(Cancelled);
    }

    /// <summary>What it says at the end.</summary>
    private static async Task<string> ReindexAsync(TemporaryFolder home, ChromaServer? chroma, string projection, params IEnumerable<string> more)
    {
        await using var process = StandaloneProcess.Start(home, Running.Environment(chroma, model: null), ["reindex", projection, "--data", home.PathOf("data"), .. more]);
        Assert.Equal((0, ""), (await process.WaitForExitAsync(), process.Error.Contains("   at ", StringComparison.Ordinal) ? process.Error : ""));
        return process.Output.Trim();
    }

    /// <summary>The program for one machine on the data of this test.</summary>
    private sealed class Running(StandaloneProcess process, Uri api) : IAsyncDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = api, Timeout = TimeSpan.FromSeconds(30) };
        private long? _incident;

        public Uri Api => api;

        public static async Task<Running> StartAsync(TemporaryFolder home, ChromaServer? chroma, OllamaStub? model)
        {
            var process = StandaloneProcess.Start(home, Environment(chroma, model), "--data", home.PathOf("data"), "--urls", "http://127.0.0.1:0;http://127.0.0.1:0");
            return new Running(process, new Uri((await process.WaitForAddressAsync("API")).GetLeftPart(UriPartial.Authority)));
        }

        public static (string Name, string Value)[] Environment(ChromaServer? chroma, OllamaStub? model) =>
        [
            .. chroma is null ? [] : new[] { ("ConnectionStrings__chroma", chroma.ConnectionString) },
            .. model is null ? [] : new[] { ("ConnectionStrings__embedding", model.ConnectionString("nomic-embed-text")) },
        ];

        public async Task<JsonNode> VectorsAsync() =>
            (await _http.GetFromJsonAsync<JsonArray>("/api/reindex", Cancelled))!.FirstOrDefault(one => (string?)one!["projector"] == "vectors")
            ?? new JsonObject { ["rebuilding"] = true, ["serving"] = null };

        /// <summary>How many incidents are like some incident; itself is not.</summary>
        public async Task<int> CountSimilarAsync()
        {
            _incident ??= (long)(await _http.GetFromJsonAsync<JsonNode>("/api/incidents/?limit=1", Cancelled))!["results"]![0]!["id"]!;
            var similar = (await _http.GetFromJsonAsync<JsonNode>($"/api/incidents/{_incident}/similar", Cancelled))!["results"]!.AsArray();
            Assert.DoesNotContain(similar, one => (long)one!["incident"]!["id"]! == _incident);
            return similar.Count;
        }

        public Task UntilAsync(Func<JsonNode, bool> wanted) => UntilAsync(vectors => Task.FromResult(wanted(vectors)));

        public async Task UntilAsync(Func<JsonNode, Task<bool>> wanted)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            patience.CancelAfter(Patience);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            var last = await VectorsAsync();
            while (!await wanted(last))
            {
                Assert.False(patience.IsCancellationRequested, $"The vectors never were as wanted: {last}\n{process.Output}");
                await timer.WaitForNextTickAsync(Cancelled);
                last = await VectorsAsync();
            }
        }

        public Task KillAsync() => process.KillAsync();

        public ValueTask DisposeAsync()
        {
            _http.Dispose();
            return process.DisposeAsync();
        }
    }
}
