using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.Api.Projection;

/// <summary>The projections of a real store into fakes, driven step by step.</summary>
internal sealed class ProjectionSet : IAsyncDisposable
{
    public required EmbeddedEngineSet Engines { get; init; }

    public InMemoryVectorMemory Memory { get; } = new();

    public InMemoryGraph Graph { get; } = new();

    public static async Task<ProjectionSet> OpenAsync() => new() { Engines = await EmbeddedEngineSet.OpenAsync() };

    public ProjectorLoop Vectors(IEmbeddingGenerator<string, Embedding<float>>? generator = null) => new(
        Engines.Outbox,
        new VectorProjector(Engines.Projections, Memory, new TextEmbedding(generator ?? new LetterEmbedding()), NullLogger<VectorProjector>.Instance),
        Engines.Time,
        NullLogger.Instance);

    public ProjectorLoop Incidents() => new(Engines.Outbox, new GraphProjector(Engines.Projections, Graph), Engines.Time, NullLogger.Instance);

    public Rebuild Rebuild() => new(Engines.Projections, Engines.Outbox, Memory, NullLogger<Rebuild>.Instance);

    public Reconciler Reconciler(ProjectionBoard board) => new(
        Engines.Projections, Engines.Outbox, Memory, Graph, Rebuild(), board,
        [new EngineName(EnginePorts.Vectors, "Chroma"), new EngineName(EnginePorts.Graph, "Neo4j")],
        Options.Create(new ProjectionOptions()), Engines.Time, NullLogger<Reconciler>.Instance);

    /// <summary>Incidents of workloads w0, w1, …</summary>
    public Task IngestAsync(int count) =>
        Engines.IngestAsync(Enumerable.Range(0, count).Select(i => Make.Event($"w{i}", $"s{i}", 1, EngineSet.Start + TimeSpan.FromSeconds(i))));

    public async Task<IReadOnlyList<long>> IdsAsync() => [.. (await Engines.IncidentsAsync()).Select(incident => incident.Id).Order()];

    /// <summary>Until the loop finds nothing more.</summary>
    public static async Task DrainAsync(ProjectorLoop loop)
    {
        while (await loop.StepAsync(TestContext.Current.CancellationToken) > 0)
        {
        }
    }

    /// <summary>Until the rebuild is complete, with a loop that projects.</summary>
    public async Task RebuildAsync(string projector, ProjectorLoop loop)
    {
        var rebuild = Rebuild();
        for (var step = 0; step < 100; step++)
        {
            await rebuild.StepAsync(projector, TestContext.Current.CancellationToken);
            await loop.StepAsync(TestContext.Current.CancellationToken);
            if (await Engines.Projections.GetAsync(projector, TestContext.Current.CancellationToken) is { Rebuilding: false })
            {
                return;
            }
        }

        Assert.Fail("The rebuild does not end.");
    }

    public async Task<(long Waiting, long DeadLetters)> CountAsync(string projector) =>
        (await Engines.Outbox.CountAsync(TestContext.Current.CancellationToken)).FirstOrDefault(count => count.Projector == projector) is { } found
            ? (found.Waiting, found.DeadLetters)
            : (0, 0);

    public ValueTask DisposeAsync() => Engines.DisposeAsync();
}
