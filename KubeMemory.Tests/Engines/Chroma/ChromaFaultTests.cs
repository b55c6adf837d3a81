using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.Engines.Chroma;

/// <summary>What becomes of it when Chroma stops, hangs, forgets or refuses.</summary>
public sealed class ChromaFaultTests(ChromaFixture chroma)
{
    private const string Collections = "/api/v2/tenants/default_tenant/databases/default_database/collections";

    private static readonly ChromaTiming Patient = new();
    private static readonly ChromaTiming Impatient = new()
    {
        Attempt = TimeSpan.FromMilliseconds(500),
        Delay = TimeSpan.FromMilliseconds(20),
        Probe = TimeSpan.FromMilliseconds(500),
    };

    private readonly VectorSpace _space = new("fault-" + Guid.NewGuid().ToString("N"), 3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DataDropped_WhileRunning_UpsertMakesItAgain()
    {
        await using var server = await ChromaFixture.OwnAsync();
        await using var set = new ChromaSet(server.ConnectionString, Patient);
        await set.Memory.UpsertAsync(_space, [Record(1), Record(2)], Token);

        await server.StopAsync();
        server.DropData();
        await server.StartAsync(Token);

        Assert.Empty(await set.Memory.SearchAsync(_space, Vector, 10, VectorFilter.None, Token));
        Assert.Equal(0, await set.Memory.CountAsync(_space, Token));
        await set.Memory.UpsertAsync(_space, [Record(3)], Token);
        Assert.Equal(1, await set.Memory.CountAsync(_space, Token));
        Assert.Equal(3, Assert.Single(await set.Memory.SearchAsync(_space, Vector, 10, VectorFilter.None, Token)).IncidentId);
    }

    [Fact]
    public async Task DataDropped_FirstSeenByAnUpsert_MakesItAgain()
    {
        await using var server = await ChromaFixture.OwnAsync();
        await using var set = new ChromaSet(server.ConnectionString, Patient);
        await set.Memory.UpsertAsync(_space, [Record(1)], Token);

        await server.StopAsync();
        server.DropData();
        await server.StartAsync(Token);

        await set.Memory.UpsertAsync(_space, [Record(2)], Token);
        Assert.Equal([_space], await set.Memory.ListSpacesAsync(Token));
        Assert.Equal(1, await set.Memory.CountAsync(_space, Token));
    }

    [Fact]
    public async Task Dropped_ByAnotherProcess_BothGoOn()
    {
        var server = await chroma.SharedAsync();
        await using var one = new ChromaSet(server.ConnectionString, Patient);
        await using var two = new ChromaSet(server.ConnectionString, Patient);
        await one.Memory.UpsertAsync(_space, [Record(1)], Token);

        await two.Memory.DropAsync(_space, Token);
        await two.Memory.UpsertAsync(_space, [Record(2)], Token);
        await one.Memory.UpsertAsync(_space, [Record(3)], Token);

        Assert.Equal(2, await one.Memory.CountAsync(_space, Token));
        Assert.Equal(2, await two.Memory.CountAsync(_space, Token));
    }

    [Fact]
    public async Task Stopped_ThenStarted_SaysSoAndWorksAgain()
    {
        await using var server = await ChromaFixture.OwnAsync();
        await using var set = new ChromaSet(server.ConnectionString, Patient);
        await set.Memory.UpsertAsync(_space, [Record(1)], Token);
        await set.Probe.AskAsync(Token);

        await server.StopAsync();
        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Memory.UpsertAsync(_space, [Record(2)], Token));
        Assert.StartsWith($"Chroma at 127.0.0.1:{server.Port} does not answer: ", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Memory.SearchAsync(_space, Vector, 1, VectorFilter.None, Token));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Memory.DeleteAsync([1], Token));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Memory.ListSpacesAsync(Token));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Probe.AskAsync(Token));

        await server.StartAsync(Token);
        await set.Memory.UpsertAsync(_space, [Record(2)], Token);
        Assert.Equal(2, await set.Memory.CountAsync(_space, Token));
        await set.Probe.AskAsync(Token);
    }

    [Fact]
    public async Task Suspended_ThenResumed_GivesUpInTimeAndWorksAgain()
    {
        await using var server = await ChromaFixture.OwnAsync();
        await using var set = new ChromaSet(server.ConnectionString, Impatient);
        await set.Memory.UpsertAsync(_space, [Record(1)], Token);

        server.Suspend();
        var started = Stopwatch.GetTimestamp();
        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Memory.CountAsync(_space, Token));
        Assert.Contains("silent for too long", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Probe.AskAsync(Token));
        Assert.InRange(Stopwatch.GetElapsedTime(started), Impatient.Attempt, Impatient.Total + Impatient.Probe + TimeSpan.FromSeconds(5));

        server.Resume();
        await using var patient = new ChromaSet(server.ConnectionString, Patient);
        Assert.Equal(1, await patient.Memory.CountAsync(_space, Token));
    }

    [Fact]
    public async Task Restarted_Server_KeepsWhatItConfirmed()
    {
        await using var server = await ChromaFixture.OwnAsync();
        await using var set = new ChromaSet(server.ConnectionString, Patient);
        await set.Memory.UpsertAsync(_space, [Record(1), Record(2)], Token);

        await server.KillAsync();
        await server.StartAsync(Token);

        Assert.Equal(2, (await set.Memory.SearchAsync(_space, Vector, 10, VectorFilter.None, Token)).Count);
    }

    [Fact]
    public async Task Refused_ByTheServer_SaysWhatItSaid()
    {
        // Somebody else put vectors of another dimension where ours go: our own checks cannot see that.
        var server = await chroma.SharedAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var made = await http.PostAsJsonAsync(Collections, new { name = ChromaNames.Of(_space) }, Token);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        using var filled = await http.PostAsJsonAsync($"{Collections}/{id}/upsert", new { ids = (string[])["x"], embeddings = (float[][])[[1, 2]] }, Token);
        Assert.Equal(HttpStatusCode.OK, filled.StatusCode);

        await using var set = new ChromaSet(server.ConnectionString, Patient);
        var refusal = await Assert.ThrowsAsync<ProjectionRejectedException>(() => set.Memory.UpsertAsync(_space, [Record(1)], Token));
        Assert.Equal(
            $"Chroma at 127.0.0.1:{server.Port} refuses it (400): Collection expecting embedding with dimension of 2, got 3.", refusal.Message);
        await Assert.ThrowsAsync<ProjectionRejectedException>(() => set.Memory.SearchAsync(_space, Vector, 1, VectorFilter.None, Token));
    }

    [Fact]
    public async Task OtherCollections_AreNotOurs()
    {
        var server = await chroma.SharedAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var foreign = "foreign-" + Guid.NewGuid().ToString("N");
        foreach (var name in (string[])[foreign, ChromaNames.Prefix + foreign])
        {
            using var made = await http.PostAsJsonAsync(Collections, new { name }, Token);
            var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
            object body = new { ids = (string[])["x"], embeddings = (float[][])[[1, 2]], metadatas = (object[])[new { incident_id = 99_000_001 }] };
            using var filled = await http.PostAsJsonAsync($"{Collections}/{id}/upsert", body, Token);
            Assert.Equal(HttpStatusCode.OK, filled.StatusCode);
        }

        await using var set = new ChromaSet(server.ConnectionString, Patient);
        await set.Memory.UpsertAsync(_space, [Record(99_000_001)], Token);
        await set.Memory.DeleteAsync([99_000_001], Token);

        Assert.Equal(0, await set.Memory.CountAsync(_space, Token));
        Assert.DoesNotContain(await set.Memory.ListSpacesAsync(Token), space => space.Model.Contains("foreign", StringComparison.Ordinal));
        var there = await http.GetFromJsonAsync<JsonElement>($"{Collections}/{foreign}", Token);
        Assert.Equal(1, await http.GetFromJsonAsync<long>($"{Collections}/{there.GetProperty("id").GetString()}/count", Token));
    }

    [Fact]
    public async Task Delete_FromASpaceWithoutRecords_IsNoFault()
    {
        var server = await chroma.SharedAsync();
        await using var set = new ChromaSet(server.ConnectionString, Patient);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var made = await http.PostAsync(
            Collections, new ReadOnlyMemoryContent(ChromaBodies.Create(ChromaNames.Of(_space), _space)), Token);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);

        await set.Memory.DeleteAsync([1], Token);

        Assert.Empty(await set.Memory.SearchAsync(_space, Vector, 10, VectorFilter.None, Token));
        Assert.Null(await set.Memory.GetAsync(_space, "incident:1", Token));
    }

    private static float[] Vector => [1, 0, 0];

    private static VectorRecord Record(long incident) => new(
        VectorRecord.IdOf(incident), VectorKinds.Incident, incident, "c1", "shop", "web", IncidentType.OOMKilled, "text", Vector);
}
