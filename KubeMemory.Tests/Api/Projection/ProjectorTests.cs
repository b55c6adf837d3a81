using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Tests.Engines.Contracts;
using Xunit;

namespace KubeMemory.Tests.Api.Projection;

public sealed class ProjectorTests : IAsyncLifetime
{
    private const string Space = "letters/26";
    private ProjectionSet _set = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _set = await ProjectionSet.OpenAsync();

    public ValueTask DisposeAsync() => _set.DisposeAsync();

    [Fact]
    public async Task Vectors_FaultAfterPartOfTheBatch_RetryCompletesItWithNothingLostAndNothingTwice()
    {
        await _set.IngestAsync(20);
        _set.Memory.HalfWay = (7, new HttpRequestException("connection reset"));
        var loop = _set.Vectors();
        await loop.StepAsync(Token);
        Assert.Equal((7, 20L), (_set.Memory[Space].Count, (await _set.CountAsync(Projectors.Vectors)).Waiting));

        await ProjectionSet.DrainAsync(loop);
        Assert.Equal((await _set.IdsAsync()).Select(VectorRecord.IdOf).Order(), _set.Memory[Space].Keys.Order());
        Assert.Equal((0L, 0L), await _set.CountAsync(Projectors.Vectors));
    }

    [Fact]
    public async Task Vectors_ProcessEndsAfterTheWriteBeforeTheCompletion_ComesAgainAndChangesNothing()
    {
        await _set.IngestAsync(3);
        using var killed = new CancellationTokenSource();
        _set.Memory.BeforeUpsert = () =>
        {
            killed.Cancel();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _set.Vectors().StepAsync(killed.Token));
        _set.Memory.BeforeUpsert = null;
        var written = _set.Memory[Space].Count;
        _set.Engines.Time.Advance(TimeSpan.FromMinutes(2));

        await ProjectionSet.DrainAsync(_set.Vectors());
        Assert.Equal((3, 3), (written, _set.Memory[Space].Count));
        Assert.Equal((0L, 0L), await _set.CountAsync(Projectors.Vectors));
    }

    [Fact]
    public async Task Vectors_Outage_ProbesWithOneItemAndGoesBackToFullSpeedAtOnce()
    {
        await _set.IngestAsync(30);
        _set.Memory.Out = new EngineUnavailableException("Chroma at c:8000", new IOException("refused"));
        var loop = _set.Vectors();
        for (var step = 0; step < 5; step++)
        {
            await loop.StepAsync(Token);
        }

        Assert.Equal([30, 1, 1, 1, 1], _set.Memory.Upserts);
        Assert.Equal(TimeSpan.FromSeconds(5), loop.Pause);
        Assert.Contains("Chroma", loop.Fault, StringComparison.Ordinal);

        _set.Memory.Out = null;
        await loop.StepAsync(Token);
        Assert.Equal(TimeSpan.Zero, loop.Pause);
        await loop.StepAsync(Token);
        Assert.Equal([1, 29], _set.Memory.Upserts[^2..]);
        Assert.Equal(30, _set.Memory[Space].Count);
    }

    [Fact]
    public async Task Vectors_ModelOut_WaitsWithoutPuttingAnythingAside()
    {
        await _set.IngestAsync(3);
        using var generator = new LetterEmbedding { Out = new HttpRequestException("refused") };
        var loop = _set.Vectors(generator);
        await loop.StepAsync(Token);
        await loop.StepAsync(Token);
        Assert.Equal((3L, 0L), await _set.CountAsync(Projectors.Vectors));

        generator.Out = null;
        await ProjectionSet.DrainAsync(loop);
        Assert.Equal(3, _set.Memory[Space].Count);
    }

    [Fact]
    public async Task Vectors_OneOfABatchRefused_IsPutAsideAloneWithTheReason()
    {
        await _set.IngestAsync(20);
        var guilty = (await _set.IdsAsync())[11];
        _set.Memory.Refused.Add(guilty);
        await ProjectionSet.DrainAsync(_set.Vectors());

        Assert.Equal(19, _set.Memory[Space].Count);
        Assert.Equal((0L, 1L), await _set.CountAsync(Projectors.Vectors));
        var letter = Assert.Single(await _set.Engines.Outbox.ListDeadLettersAsync(10, Token));
        Assert.Equal((Projectors.Vectors, guilty, $"Refused: incident:{guilty}."), (letter.Projector, letter.Subject, letter.Reason));

        _set.Memory.Refused.Clear();
        Assert.True(await _set.Engines.Outbox.ReplayAsync(Projectors.Vectors, guilty, Token));
        await ProjectionSet.DrainAsync(_set.Vectors());
        Assert.Equal(20, _set.Memory[Space].Count);
    }

    [Fact]
    public async Task Vectors_EveryItemFailsForAnUnknownReason_IsAnOutage()
    {
        await _set.IngestAsync(20);
        _set.Memory.Out = new InvalidOperationException("wrong key");
        var loop = _set.Vectors();
        await loop.StepAsync(Token);

        Assert.True(loop.Pause > TimeSpan.Zero);
        Assert.True(_set.Memory.Upserts.Count < 12);
        Assert.Equal((20L, 0L), await _set.CountAsync(Projectors.Vectors));
    }

    [Fact]
    public async Task Vectors_IncidentDeleted_ForgetsIt()
    {
        await _set.IngestAsync(3);
        var loop = _set.Vectors();
        await ProjectionSet.DrainAsync(loop);
        var gone = (await _set.IdsAsync())[1];
        await _set.Engines.Retention.DeleteAsync(gone, Token);
        await ProjectionSet.DrainAsync(loop);

        Assert.Equal(2, _set.Memory[Space].Count);
        Assert.DoesNotContain(VectorRecord.IdOf(gone), _set.Memory[Space].Keys);
    }

    [Fact]
    public async Task Vectors_LogsDropped_AreNotRememberedAnyMore()
    {
        await _set.IngestAsync(1);
        var id = (await _set.IdsAsync())[0];
        await _set.Engines.IngestAsync(new KubeMemory.Core.Signals.EvidenceSignal
        {
            ClusterId = Make.Cluster,
            IncidentId = id,
            Items = [new(KubeMemory.Core.Signals.EvidenceKind.Log, "log", "Log of app", "panic: nil map", EngineSet.Start, "w0-1", "app")],
        });
        var loop = _set.Vectors();
        await ProjectionSet.DrainAsync(loop);
        Assert.Contains("panic: nil map", _set.Memory[Space][VectorRecord.IdOf(id)].Document, StringComparison.Ordinal);

        await _set.Engines.Retention.DropLogsAsync(EngineSet.Start + TimeSpan.FromDays(1), 10, Token);
        await ProjectionSet.DrainAsync(loop);
        Assert.DoesNotContain("panic", _set.Memory[Space][VectorRecord.IdOf(id)].Document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Graph_OutAndEmptyWhenItIsBack_IsPreparedAgain()
    {
        await _set.IngestAsync(3);
        var loop = _set.Incidents();
        await ProjectionSet.DrainAsync(loop);
        Assert.Equal((3, 1), (_set.Graph.Incidents.Count, _set.Graph.Prepared));
        _set.Graph.Out = new HttpRequestException("refused");
        await _set.Engines.IngestAsync(Make.Event("late", "late", 1, EngineSet.Start));
        await loop.StepAsync(Token);
        await loop.StepAsync(Token);
        _set.Graph.Out = null;
        await ProjectionSet.DrainAsync(loop);

        Assert.Equal((4, 2), (_set.Graph.Incidents.Count, _set.Graph.Prepared));
    }
}
