using System.Globalization;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Chroma;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Neo4j;
using KubeMemory.Tests.Engines.Postgres;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>
/// Projections that fail half-way, and what is forgotten: real stores and a real Chroma, Neo4j as a stub of its protocol that loses answers.
/// </summary>
public sealed class ProjectionFaultTests(PostgresFixture postgres)
{
    private const string Log = "panic: assignment to entry in nil map";
    private const string Transient = "Neo.TransientError.Transaction.DeadlockDetected";

    private static readonly ChromaTiming Quick = new() { Attempt = TimeSpan.FromSeconds(5), Delay = TimeSpan.FromMilliseconds(20) };
    private static readonly VectorSpace Space = new(LexicalEmbedding.ModelId, LexicalEmbedding.Dimensions);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chroma_KilledAmidAnUpsertOfMany_IsCompleteAfterTheRetry(bool onPostgres)
    {
        const int Incidents = 600;
        await using var server = await ChromaFixture.OwnAsync();
        await using var chroma = new ChromaSet(server.ConnectionString, Quick);
        await using var engines = await OpenAsync(onPostgres);
        await FillAsync(engines, Incidents);
        var loop = VectorsOf(engines, chroma.Memory);
        var projecting = Task.Run(() => DrainAsync(engines, loop, Projectors.Vectors), Cancelled);
        while (await CountAsync(chroma.Memory) is 0 or Incidents)
        {
            Assert.False(projecting.IsCompleted);
        }

        await server.KillAsync();
        await UntilAsync(() => loop.Pause > TimeSpan.Zero);
        await server.StartAsync(Cancelled);
        await projecting;

        await HoldsEachOnceAsync(engines, chroma.Memory, Incidents);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Neo4j_AnswersLostAndFaultsAfterSomeBatches_IsTheGraphOfOneThatNeverFailed(bool onPostgres)
    {
        const int Incidents = 450;
        await using var engines = await OpenAsync(onPostgres);
        await using var neo4j = await Neo4jGraphSet.StartAsync();
        await using var well = await Neo4jGraphSet.StartAsync();
        await FillAsync(engines, Incidents);
        var loop = GraphOf(engines, neo4j.Graph);
        await loop.StepAsync(Cancelled);

        // Done, and the answer lost, more often than a call is tried; then refusals of the moment, amid a batch too.
        neo4j.Stub.FailNext(502, code: null, "<html>Bad Gateway</html>", times: 4, executed: true);
        await loop.StepAsync(Cancelled);
        Assert.True(loop.Pause > TimeSpan.Zero);
        neo4j.Stub.FailNext(400, Transient, times: 5);
        await DrainAsync(engines, loop, Projectors.Graph);

        await well.Graph.UpsertAsync(await engines.Projections.ReadAsync(Ids(Incidents), Cancelled), Cancelled);
        Assert.Equal(Incidents, await neo4j.Graph.CountAsync(Cancelled));
        Assert.Equal(well.Stub.Graph.Keys, neo4j.Stub.Graph.Keys);
        foreach (var id in Ids(Incidents).Where(id => id % 50 == 0))
        {
            Assert.Equal((await well.Graph.GetNeighbourhoodAsync(id, 20, Cancelled))!.Edges, (await neo4j.Graph.GetNeighbourhoodAsync(id, 20, Cancelled))!.Edges);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RetentionAndDeletion_ReachVectorsAndGraph(bool onPostgres)
    {
        await using var server = await ChromaFixture.OwnAsync();
        await using var chroma = new ChromaSet(server.ConnectionString, Quick);
        await using var neo4j = await Neo4jGraphSet.StartAsync();
        await using var engines = await OpenAsync(onPostgres);
        await FillAsync(engines, 3);
        await engines.IngestAsync(Ids(3).Select(LogOf));
        var (vectors, graph) = (VectorsOf(engines, chroma.Memory), GraphOf(engines, neo4j.Graph));
        await DrainBothAsync();
        Assert.All((await DocumentsAsync(chroma.Memory, 3)).Values, document => Assert.Contains(Log, document, StringComparison.Ordinal));

        var now = engines.Time.GetUtcNow() + TimeSpan.FromMinutes(1);
        Assert.True(await engines.Retention.DeleteAsync(1, Cancelled));
        await engines.Reader.SetStatusAsync(2, IncidentStatus.Resolved, Cancelled);
        Assert.Equal(1, await engines.Retention.CompactAsync(now, 10, Cancelled));
        Assert.Equal(1, await engines.Retention.DropLogsAsync(now, 10, Cancelled));
        await DrainBothAsync();

        var documents = await DocumentsAsync(chroma.Memory, 3);
        Assert.Equal([VectorRecord.IdOf(2), VectorRecord.IdOf(3)], documents.Keys.Order());
        Assert.All(documents.Values, document => Assert.DoesNotContain("panic", document, StringComparison.Ordinal));
        Assert.Equal(2, await neo4j.Graph.CountAsync(Cancelled));
        Assert.Null(await neo4j.Graph.GetNeighbourhoodAsync(1, 20, Cancelled));
        // Of the compacted one the pods are gone, of the other one they are not.
        Assert.Equal(["Pod/w2-1"], neo4j.Stub.Graph.Keys.Select(PodOf).OfType<string>());

        async Task DrainBothAsync()
        {
            await DrainAsync(engines, vectors, Projectors.Vectors);
            await DrainAsync(engines, graph, Projectors.Graph);
        }
    }

    private static string? PodOf(string key) =>
        key.Contains("w0-1", StringComparison.Ordinal) ? "Pod/w0-1" : key.Contains("w1-1", StringComparison.Ordinal) ? "Pod/w1-1" : key.Contains("w2-1", StringComparison.Ordinal) ? "Pod/w2-1" : null;

    private static long[] Ids(int count) => [.. Enumerable.Range(1, count).Select(id => (long)id)];

    private static Task<IngestOutcome> FillAsync(EngineSet engines, int count) => engines.IngestAsync(
        Enumerable.Range(0, count).Select(i => Make.Event(string.Create(CultureInfo.InvariantCulture, $"w{i}"), $"s{i}", 1, EngineSet.Start + TimeSpan.FromSeconds(i))));

    private static EvidenceSignal LogOf(long id) => new()
    {
        ClusterId = Make.Cluster,
        IncidentId = id,
        Items = [new(EvidenceKind.Log, "log", "Log of app", Log, EngineSet.Start, $"w{id - 1}-1", "app")],
    };

    private static ProjectorLoop VectorsOf(EngineSet engines, IVectorMemory memory) => new(
        engines.Outbox,
        new VectorProjector(engines.Projections, memory, new TextEmbedding(new LexicalEmbedding()), NullLogger<VectorProjector>.Instance),
        engines.Time,
        NullLogger.Instance);

    private static ProjectorLoop GraphOf(EngineSet engines, IIncidentGraph graph) =>
        new(engines.Outbox, new GraphProjector(engines.Projections, graph), engines.Time, NullLogger.Instance);

    private static async Task DrainAsync(EngineSet engines, ProjectorLoop loop, string projector)
    {
        do
        {
            await loop.StepAsync(Cancelled);
        }
        while (await WaitingAsync(engines, projector) > 0);
    }

    private static async Task<long> WaitingAsync(EngineSet engines, string projector) =>
        (await engines.Outbox.CountAsync(Cancelled)).Where(count => count.Projector == projector).Sum(count => count.Waiting + count.DeadLetters);

    private static Task<long> CountAsync(IVectorMemory memory) => memory.CountAsync(Space, Cancelled);

    private static Task<IReadOnlyDictionary<string, string>> DocumentsAsync(IVectorMemory memory, int count) =>
        memory.GetDocumentsAsync(Space, [.. Ids(count).Select(VectorRecord.IdOf)], Cancelled);

    /// <summary>Nothing lost, nothing twice, nothing waiting; and each is what the store says.</summary>
    private static async Task HoldsEachOnceAsync(EngineSet engines, IVectorMemory memory, int count)
    {
        Assert.Equal((0L, (long)count), (await WaitingAsync(engines, Projectors.Vectors), await CountAsync(memory)));
        var documents = await DocumentsAsync(memory, count);
        Assert.All(
            await engines.Projections.ReadAsync(Ids(count), Cancelled),
            facts => Assert.Equal(IncidentDocument.Of(facts), documents[VectorRecord.IdOf(facts.Id)]));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private async Task<EngineSet> OpenAsync(bool onPostgres) =>
        onPostgres ? await PostgresEngineSet.OpenAsync(await postgres.NewDatabaseAsync()) : await EmbeddedEngineSet.OpenAsync();
}
