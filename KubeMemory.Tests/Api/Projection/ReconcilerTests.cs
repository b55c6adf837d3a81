using KubeMemory.Api.Projection;
using KubeMemory.Core.Incidents;
using KubeMemory.Tests.Engines.Contracts;
using Xunit;

namespace KubeMemory.Tests.Api.Projection;

public sealed class ReconcilerTests : IAsyncLifetime
{
    private readonly ProjectionBoard _board = new();
    private ProjectionSet _set = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _set = await ProjectionSet.OpenAsync();
        await _set.IngestAsync(4);
        await _set.RebuildAsync(Projectors.Vectors, _set.Vectors());
        await _set.RebuildAsync(Projectors.Graph, _set.Incidents());
    }

    public ValueTask DisposeAsync() => _set.DisposeAsync();

    [Fact]
    public async Task Look_AllThere_SeesNoDrift()
    {
        using var reconciler = _set.Reconciler(_board);
        await reconciler.LookAsync(Token);

        Assert.Equal([("vectors", "Chroma", 4L, (long?)4, 0L), ("graph", "Neo4j", 4L, 4, 0L)], _board.Last.Select(one => (one.Projector, one.Engine, one.Expected, one.Present, one.Drift)));
        Assert.Equal("letters/26", _board.Last[0].Serving);
    }

    [Fact]
    public async Task Look_RecordLostOrTooMuch_IsDriftButWhatWaitsIsNot()
    {
        await _set.Engines.IngestAsync(Make.Event("late", "late", 1, EngineSet.Start));
        using var reconciler = _set.Reconciler(_board);
        await reconciler.LookAsync(Token);
        Assert.Equal([0, 0], _board.Last.Select(one => one.Drift));

        await ProjectionSet.DrainAsync(_set.Vectors());
        await ProjectionSet.DrainAsync(_set.Incidents());
        _set.Memory.Forget((await _set.IdsAsync())[2]);
        _set.Graph.Incidents[999] = _set.Graph.Incidents.Values.First();
        await reconciler.LookAsync(Token);
        Assert.Equal([1, -1], _board.Last.Select(one => one.Drift));
    }

    [Fact]
    public async Task Look_EngineOut_MakesItsPartASentence()
    {
        _set.Graph.Out = new HttpRequestException("Neo4j does not answer.");
        using var reconciler = _set.Reconciler(_board);
        await reconciler.LookAsync(Token);

        Assert.Null(_board.Last[0].Error);
        Assert.Equal(("Neo4j does not answer.", null, 4L), (_board.Last[1].Error, _board.Last[1].Present, _board.Last[1].Expected));
    }
}
