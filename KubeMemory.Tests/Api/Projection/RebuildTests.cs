using KubeMemory.Api.Projection;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Tests.Engines.Contracts;
using Xunit;

namespace KubeMemory.Tests.Api.Projection;

public sealed class RebuildTests : IAsyncLifetime
{
    private const string Old = "letters/26";
    private const string New = "other/13";
    private ProjectionSet _set = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _set = await ProjectionSet.OpenAsync();

    public ValueTask DisposeAsync() => _set.DisposeAsync();

    [Fact]
    public async Task Vectors_NeverBegun_AreBuiltFromWhatIsThere()
    {
        await _set.IngestAsync(5);
        await _set.Engines.Outbox.CompleteAsync(await _set.Engines.Outbox.ClaimAsync(Projectors.Vectors, 100, TimeSpan.FromMinutes(1), Token), Token);
        await _set.RebuildAsync(Projectors.Vectors, _set.Vectors());

        Assert.Equal(5, _set.Memory[Old].Count);
        Assert.Equal(new ProjectionPlaces(Old, Old), await _set.Engines.Projections.GetPlacesAsync(Projectors.Vectors, Token));
    }

    [Fact]
    public async Task Vectors_OtherModelAfterARestart_AreRebuiltWhileTheOldOnesServe()
    {
        await _set.IngestAsync(5);
        await _set.RebuildAsync(Projectors.Vectors, _set.Vectors());
        using var other = new LetterEmbedding("other", 13, silent: true);
        var loop = _set.Vectors(other);
        await loop.StepAsync(Token);
        await _set.Rebuild().StepAsync(Projectors.Vectors, Token);
        Assert.Equal(new ProjectionPlaces(New, Old), await _set.Engines.Projections.GetPlacesAsync(Projectors.Vectors, Token));
        var asked = (await _set.IdsAsync())[0];
        var meanwhile = await new SimilarIncidents(_set.Memory, _set.Engines.Projections, new TextEmbedding(other)).FindAsync(asked, 10, VectorFilter.None, Token);
        Assert.Equal(4, meanwhile!.Count);
        await _set.Engines.IngestAsync(Make.Event("late", "late", 1, EngineSet.Start));

        await _set.RebuildAsync(Projectors.Vectors, loop);
        Assert.Equal(new ProjectionPlaces(New, New), await _set.Engines.Projections.GetPlacesAsync(Projectors.Vectors, Token));
        Assert.Equal((0, 6), (_set.Memory[Old].Count, _set.Memory[New].Count));
        Assert.Equal([VectorSpace.Parse(New)], await _set.Memory.ListSpacesAsync(Token));
    }

    [Fact]
    public async Task Vectors_AnotherProcessWithAnotherModel_IsFollowedNotFought()
    {
        await _set.IngestAsync(2);
        var first = _set.Vectors();
        await _set.RebuildAsync(Projectors.Vectors, first);
        using var other = new LetterEmbedding("other", 13);
        await _set.Vectors(other).StepAsync(Token);
        await _set.Engines.IngestAsync(Make.Event("late", "late", 1, EngineSet.Start));

        Assert.Equal(0, await first.StepAsync(Token));
        Assert.Equal(New, (await _set.Engines.Projections.GetPlacesAsync(Projectors.Vectors, Token))!.Target);
        Assert.Equal(2, _set.Memory[Old].Count);
    }

    [Fact]
    public async Task Vectors_RebuildBeginsWhileABatchIsWritten_LosesNothing()
    {
        await _set.IngestAsync(5);
        var first = _set.Vectors();
        using var other = new LetterEmbedding("other", 13);
        _set.Memory.BeforeUpsert = async () =>
        {
            // Another process starts with another model and enqueues all of it.
            _set.Memory.BeforeUpsert = null;
            await _set.Engines.Projections.BeginAsync(Projectors.Vectors, New, again: false, Token);
            await _set.Engines.Projections.EnqueueAsync(Projectors.Vectors, 1000, Token);
        };
        await first.StepAsync(Token);
        await _set.RebuildAsync(Projectors.Vectors, _set.Vectors(other));

        Assert.Equal(5, _set.Memory[New].Count);
    }

    [Fact]
    public async Task Reindex_SameModel_ServesMeanwhileRestoresWhatIsLostAndDropsWhatShouldNotBe()
    {
        await _set.IngestAsync(6);
        var loop = _set.Vectors();
        await _set.RebuildAsync(Projectors.Vectors, loop);
        var ids = await _set.IdsAsync();
        await _set.Engines.Retention.DeleteAsync(ids[1], Token);
        // The tombstone reached an engine whose backup was restored afterwards.
        await _set.Engines.Outbox.CompleteAsync(await _set.Engines.Outbox.ClaimAsync(Projectors.Vectors, 100, TimeSpan.FromMinutes(1), Token), Token);
        _set.Memory.Forget(ids[3]);

        var begun = await new Reindex(_set.Engines.Projections, new TextEmbedding(new LetterEmbedding())).BeginAsync(Projectors.Vectors, again: false, Token);
        Assert.Equal((true, Old, Old), (begun.Rebuilding, begun.Target, begun.Serving));
        Assert.Equal(5, _set.Memory[Old].Count);
        await _set.RebuildAsync(Projectors.Vectors, loop);
        Assert.Equal(ids.Where(id => id != ids[1]).Select(VectorRecord.IdOf).Order(), _set.Memory[Old].Keys.Order());
    }

    [Fact]
    public async Task Reindex_GraphEmptied_RestoresIt()
    {
        await _set.IngestAsync(250);
        var loop = _set.Incidents();
        await _set.RebuildAsync(Projectors.Graph, loop);
        await _set.Graph.DropAsync(Token);
        await new Reindex(_set.Engines.Projections, new TextEmbedding(new LetterEmbedding())).BeginAsync(Projectors.Graph, again: false, Token);
        await _set.RebuildAsync(Projectors.Graph, loop);

        Assert.Equal(250, _set.Graph.Incidents.Count);
    }

    [Fact]
    public async Task Similar_OfAnIncident_NeverFindsItself()
    {
        await _set.IngestAsync(3);
        await _set.RebuildAsync(Projectors.Vectors, _set.Vectors());
        var ids = await _set.IdsAsync();
        var similar = new SimilarIncidents(_set.Memory, _set.Engines.Projections, new TextEmbedding(new LetterEmbedding()));

        Assert.Equal(ids.Skip(1), (await similar.FindAsync(ids[0], 10, VectorFilter.None, Token))!.Select(one => one.IncidentId).Order());
        Assert.Null(await similar.FindAsync(999, 10, VectorFilter.None, Token));
        Assert.Equal(3, (await similar.FindAsync("CrashLoopBackOff of w0", 10, VectorFilter.None, Token)).Count);
    }

    [Fact]
    public async Task Similar_NotProjectedYet_IsFoundByItsTextAsItIsNow()
    {
        await _set.IngestAsync(3);
        await _set.RebuildAsync(Projectors.Vectors, _set.Vectors());
        await _set.Engines.IngestAsync(Make.Event("late", "late", 1, EngineSet.Start + TimeSpan.FromHours(1)));
        var similar = new SimilarIncidents(_set.Memory, _set.Engines.Projections, new TextEmbedding(new LetterEmbedding()));

        Assert.Equal(3, (await similar.FindAsync((await _set.IdsAsync())[3], 10, VectorFilter.None, Token))!.Count);
    }
}
