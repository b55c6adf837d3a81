using System.Text.Json;
using KubeMemory.Api.Ingest;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Api.Ingest;

public sealed class IngestWorkerTests : IAsyncLifetime
{
    private EmbeddedEngineSet _engines = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engines = await EmbeddedEngineSet.OpenAsync();

    public ValueTask DisposeAsync() => _engines.DisposeAsync();

    [Fact]
    public async Task Start_SignalAppended_BecomesAnIncidentOnTheLiveFeedAndAnEvidenceRequest()
    {
        using var ingest = Worker();
        using var outbox = Outbox(_engines.Feed);
        await ingest.StartAsync(Token);
        await outbox.StartAsync(Token);
        await using var live = _engines.Feed.ReadAsync("0", Token).GetAsyncEnumerator(Token);
        await AppendAsync(Make.Batch(Make.Event("web", "a", 3, EngineSet.Start)));

        Assert.True(await live.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal((LiveChangeKinds.Opened, "web", 3L), (live.Current.Change.Kind, live.Current.Change.Incident!.Workload, live.Current.Change.Incident.Occurrences));
        var request = Assert.Single(await _engines.Stream.ReadAsync(StreamTopics.EvidenceRequests(Make.Cluster), "watcher", "w", 10, TimeSpan.FromHours(1), Token).WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal("web", JsonSerializer.Deserialize(request.Payload.Span, SignalJsonContext.Default.EvidenceRequest)!.WorkloadName);
        await outbox.StopAsync(Token);
        await ingest.StopAsync(Token);
    }

    [Fact]
    public async Task Ingest_UnreadableAmongGoodOnes_GoesToTheDeadLettersAlone()
    {
        await AppendAsync(Make.Batch(Make.Event("web", "a", 3, EngineSet.Start)));
        await _engines.Stream.AppendAsync(Make.Payloads("{", """{"version":2,"receivedAt":"2025-01-01T00:00:00Z","signal":{"kind":"cluster","clusterId":"c","name":"n"}}"""), Token);
        await AppendAsync(Make.Batch(Make.Event("web", "b", 4, EngineSet.Start)));
        using var worker = Worker();
        await worker.IngestAsync(await ReadAsync(), Token);

        Assert.Equal(7, (await _engines.OnlyIncidentAsync()).Occurrences);
        var letters = await _engines.Stream.ListDeadLettersAsync(10, Token);
        Assert.Equal(2, letters.Count);
        Assert.Contains("newer than this program reads", letters[0].Reason, StringComparison.Ordinal);
        Assert.Equal(0, await _engines.Stream.CountPendingAsync(StreamTopics.Signals, "ingest", Token));
    }

    [Fact]
    public async Task Ingest_EntryThatAlwaysFails_IsTriedFiveTimesAndDoesNotBlockTheBatch()
    {
        await AppendAsync(Make.Batch(Make.Event("web", "a", 1, EngineSet.Start), Make.Event("poison", "p", 1, EngineSet.Start), Make.Event("web", "b", 1, EngineSet.Start)));
        using var worker = new IngestWorker(_engines.Stream, new IncidentIngestor(new PoisonedStore(_engines.Store), _engines.Options, _engines.Time), _engines.Store, _engines.Time, NullLogger<IngestWorker>.Instance);
        await worker.IngestAsync(await ReadAsync(), Token);
        Assert.Equal(2, (await _engines.OnlyIncidentAsync()).Occurrences);

        for (var delivery = 2; delivery <= 5; delivery++)
        {
            Assert.Empty(await _engines.Stream.ListDeadLettersAsync(10, Token));
            await worker.IngestAsync(await _engines.Stream.ClaimAsync(StreamTopics.Signals, "ingest", "c", TimeSpan.Zero, 10, Token), Token);
        }

        Assert.Contains("poison", Assert.Single(await _engines.Stream.ListDeadLettersAsync(10, Token)).Reason, StringComparison.Ordinal);
        Assert.Equal(0, await _engines.Stream.CountPendingAsync(StreamTopics.Signals, "ingest", Token));
    }

    [Fact]
    public async Task Project_FeedOut_CompletesWhenItIsBack()
    {
        await _engines.IngestAsync(Make.Event("web", "a", 1, EngineSet.Start));
        var feed = new BrokenFeed(_engines.Feed) { Broken = true };
        var loop = new ProjectorLoop(
            _engines.Outbox, new FeedProjector(Projectors.Live, _engines.Outbox, feed, _engines.Stream), _engines.Time, NullLogger<ProjectorLoop>.Instance);
        await loop.StepAsync(Token);
        Assert.True(loop.Pause > TimeSpan.Zero);
        feed.Broken = false;

        Assert.Equal(1, await loop.StepAsync(Token));
        Assert.Equal((1, TimeSpan.Zero), (feed.Published, loop.Pause));
        _engines.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await loop.StepAsync(Token));
    }

    [Fact]
    public async Task Stop_BatchUnderWay_IsStoredAndNothingIsLeftClaimed()
    {
        var slow = new SlowStore(_engines.Store);
        using var worker = new IngestWorker(_engines.Stream, new IncidentIngestor(slow, _engines.Options, _engines.Time), _engines.Store, _engines.Time, NullLogger<IngestWorker>.Instance);
        await AppendAsync(Make.Batch(Make.Event("web", "a", 3, EngineSet.Start)));
        await worker.StartAsync(Token);
        await slow.Entered.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        var stopped = worker.StopAsync(Token);
        slow.GoOn.SetResult();
        await stopped.WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(3, (await _engines.OnlyIncidentAsync()).Occurrences);
        Assert.Equal(0, await _engines.Stream.CountPendingAsync(StreamTopics.Signals, "ingest", Token));
    }

    [Fact]
    public async Task Project_EndOfTheProcessMidway_GivesBackWhatIsNotDone()
    {
        await _engines.IngestAsync(Enumerable.Range(0, 5).Select(i => Make.Event($"w-{i}", $"s-{i}", 1, EngineSet.Start)));
        using var stop = new CancellationTokenSource();
        var feed = new BrokenFeed(_engines.Feed) { AfterPublish = published => published == 2 ? stop.CancelAsync() : Task.CompletedTask };
        var loop = new ProjectorLoop(
            _engines.Outbox, new FeedProjector(Projectors.Live, _engines.Outbox, feed, _engines.Stream), _engines.Time, NullLogger<ProjectorLoop>.Instance);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.StepAsync(stop.Token));

        Assert.InRange((await _engines.Outbox.ClaimAsync(Projectors.Live, 10, TimeSpan.FromMinutes(1), Token)).Count, 3, 4);
    }

    [Fact]
    public async Task Project_IncidentDeleted_SaysSoWithItsIdAlone()
    {
        await _engines.IngestAsync(Make.Event("web", "a", 1, EngineSet.Start));
        var id = (await _engines.OnlyIncidentAsync()).Id;
        await _engines.Retention.DeleteAsync(id, Token);
        var loop = new ProjectorLoop(
            _engines.Outbox, new FeedProjector(Projectors.Live, _engines.Outbox, _engines.Feed, _engines.Stream), _engines.Time, NullLogger<ProjectorLoop>.Instance);
        await loop.StepAsync(Token);
        await using var live = _engines.Feed.ReadAsync("0", Token).GetAsyncEnumerator(Token);

        Assert.True(await live.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal((LiveChangeKinds.Deleted, null, id), (live.Current.Change.Kind, live.Current.Change.Incident, live.Current.Change.IncidentId));
    }

    private IngestWorker Worker() => new(_engines.Stream, _engines.Ingestor, _engines.Store, _engines.Time, NullLogger<IngestWorker>.Instance);

    private OutboxWorker Outbox(ILiveFeed feed) => new(_engines.Outbox, feed, _engines.Stream, _engines.Time, NullLogger<OutboxWorker>.Instance);

    private Task<IReadOnlyList<StreamEntry>> ReadAsync() => _engines.Stream.ReadAsync(StreamTopics.Signals, "ingest", "c", 100, TimeSpan.Zero, Token);

    private Task AppendAsync(SignalEnvelope[] batch) =>
        _engines.Stream.AppendAsync(
            new AppendBatch(StreamTopics.Signals, [.. batch.Select(envelope => new ReadOnlyMemory<byte>(JsonSerializer.SerializeToUtf8Bytes(envelope, SignalJsonContext.Default.SignalEnvelope)))]), Token);

    /// <summary>A store that fails whenever the workload "poison" is in the change.</summary>
    private sealed class PoisonedStore(IIncidentStore store) : IIncidentStore
    {
        public Task<T> ChangeAsync<T>(ChangeScope scope, Func<IncidentWorkingSet, T> change, CancellationToken cancellationToken) =>
            scope.Keys.Keys.Any(key => key.WorkloadName == "poison")
                ? throw new InvalidOperationException("poison cannot be stored")
                : store.ChangeAsync(scope, change, cancellationToken);

        public Task<IReadOnlyList<UnsettledIncident>> ListUnsettledAsync(CancellationToken cancellationToken) => store.ListUnsettledAsync(cancellationToken);

        public Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken) => store.ListHeldAsync(cancellationToken);
    }

    /// <summary>A store whose changes wait for the test.</summary>
    private sealed class SlowStore(IIncidentStore store) : IIncidentStore
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<T> ChangeAsync<T>(ChangeScope scope, Func<IncidentWorkingSet, T> change, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await GoOn.Task.WaitAsync(cancellationToken);
            return await store.ChangeAsync(scope, change, cancellationToken);
        }

        public Task<IReadOnlyList<UnsettledIncident>> ListUnsettledAsync(CancellationToken cancellationToken) => store.ListUnsettledAsync(cancellationToken);

        public Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken) => store.ListHeldAsync(cancellationToken);
    }

    private sealed class BrokenFeed(ILiveFeed feed) : ILiveFeed
    {
        public bool Broken { get; set; }

        public int Published { get; private set; }

        public Func<int, Task> AfterPublish { get; init; } = _ => Task.CompletedTask;

        public async Task PublishAsync(LiveChange change, CancellationToken cancellationToken)
        {
            if (Broken)
            {
                throw new IOException("The feed is out.");
            }

            Published++;
            await feed.PublishAsync(change, cancellationToken);
            await AfterPublish(Published);
        }

        public Task<string> GetEndAsync(CancellationToken cancellationToken) => feed.GetEndAsync(cancellationToken);

        public IAsyncEnumerable<LiveEntry> ReadAsync(string? afterId, CancellationToken cancellationToken) => feed.ReadAsync(afterId, cancellationToken);
    }
}
