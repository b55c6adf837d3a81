using System.Text;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;
using KubeMemory.Core.Streams;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What every stream engine keeps: stream, leases, live feed, status board.</summary>
public abstract class StreamContract : IAsyncLifetime
{
    private const string Group = "ingest";

    protected StreamSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<StreamSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task Read_AfterAppend_GivesEachEntryOnceInOrder()
    {
        await Engines.Stream.AppendAsync(Make.Payloads("1", "2", "3"), Token);

        Assert.Equal(["1", "2"], Texts(await ReadAsync(2)));
        Assert.Equal(["3"], Texts(await ReadAsync(2)));
        Assert.Empty(await ReadAsync(2));
        Assert.Equal(3, await Engines.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token));
    }

    [Fact]
    public async Task Read_WhileWaiting_ReturnsAtOnceWhenSomethingComes()
    {
        var read = Engines.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.FromMinutes(5), Token);
        await Engines.Stream.AppendAsync(Make.Payloads("1"), Token);

        // The clock stands still: only the append can have ended the wait.
        Assert.Equal(["1"], Texts(await read.WaitAsync(TimeSpan.FromSeconds(20), Token)));
    }

    [Fact]
    public async Task Claim_NotAcknowledged_GivesItAgainAfterTheIdleTime()
    {
        await Engines.Stream.AppendAsync(Make.Payloads("1", "2"), Token);
        var entries = await ReadAsync(10);
        await Engines.Stream.AcknowledgeAsync(StreamTopics.Signals, Group, [entries[0].Id], Token);

        Assert.Empty(await ClaimAsync());
        await Engines.PassAsync(TimeSpan.FromSeconds(30));
        var claimed = Assert.Single(await ClaimAsync());
        Assert.Equal((entries[1].Id, 2), (claimed.Id, claimed.Deliveries));
        Assert.Empty(await ClaimAsync());
        Assert.Equal(1, await Engines.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token));
    }

    [Fact]
    public async Task Append_CheckpointAndGates_AreOneWithTheEntries()
    {
        var lease = (await Engines.Leases.TryAcquireAsync("cluster", "a", TimeSpan.FromSeconds(30), Token))!;
        var at = new Checkpoint(Make.Cluster, "*", "17", StreamSet.Start);
        await Engines.Stream.AppendAsync(Make.Payloads("1") with { Checkpoint = at, Lease = lease, Gates = [new(Make.Cluster, Gates.Received, 3)] }, Token);
        await Engines.PassAsync(TimeSpan.FromMinutes(1));
        var other = (await Engines.Leases.TryAcquireAsync("cluster", "b", TimeSpan.FromSeconds(30), Token))!;

        await Assert.ThrowsAsync<StaleFenceException>(() => Engines.Stream.AppendAsync(
            Make.Payloads("2") with { Checkpoint = at with { ResourceVersion = "18" }, Lease = lease, Gates = [new(Make.Cluster, Gates.Received, 3)] }, Token));

        Assert.True(other.Fence > lease.Fence);
        Assert.Equal(at, await Engines.Stream.GetCheckpointAsync(Make.Cluster, "*", Token));
        Assert.Null(await Engines.Stream.GetCheckpointAsync(Make.Cluster, "shop", Token));
        Assert.Equal(3, await Engines.GateAsync(Gates.Received));
        Assert.Equal(["1"], Texts(await ReadAsync(10)));
    }

    [Fact]
    public async Task DeadLetter_AndReplay_TakesItOutAndBringsItBack()
    {
        await Engines.Stream.AppendAsync(Make.Payloads("""{"signal":{"clusterId":"cluster-1"}}"""), Token);
        await Engines.Stream.DeadLetterAsync(StreamTopics.Signals, Group, (await ReadAsync(1))[0], "It is broken.", Token);

        var letter = Assert.Single(await Engines.Stream.ListDeadLettersAsync(10, Token));
        Assert.Equal("It is broken.", letter.Reason);
        Assert.Equal(1, await Engines.GateAsync(Gates.Failed));
        Assert.Equal(0, await Engines.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token));
        Assert.True(await Engines.Stream.ReplayDeadLetterAsync(letter.Id, Token));
        Assert.False(await Engines.Stream.ReplayDeadLetterAsync(letter.Id, Token));
        Assert.Single(await ReadAsync(10));
    }

    [Fact]
    public async Task Restart_InTheMiddle_LosesAndDoublesNothing()
    {
        await Engines.Stream.AppendAsync(Make.Payloads("1", "2", "3"), Token);
        var read = await ReadAsync(2);
        await Engines.Stream.AcknowledgeAsync(StreamTopics.Signals, Group, [read[0].Id], Token);
        await Engines.RestartAsync();
        // Where other processes go on reading, nobody knows that this one's consumer is gone until it has been idle.
        await Engines.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["2"], Texts(await ClaimAsync()));
        Assert.Equal(["3"], Texts(await ReadAsync(10)));
        Assert.Equal(2, await Engines.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token));
    }

    [Fact]
    public async Task Lease_HasOneHolderAtATime()
    {
        var first = (await Engines.Leases.TryAcquireAsync("cluster", "a", TimeSpan.FromSeconds(30), Token))!;
        Assert.Null(await Engines.Leases.TryAcquireAsync("cluster", "b", TimeSpan.FromSeconds(30), Token));
        Assert.Equal(first.Fence, (await Engines.Leases.TryAcquireAsync("cluster", "a", TimeSpan.FromSeconds(30), Token))!.Fence);
        Assert.True(await Engines.Leases.RenewAsync(first, TimeSpan.FromSeconds(30), Token));

        await Engines.Leases.ReleaseAsync(first, Token);
        var second = (await Engines.Leases.TryAcquireAsync("cluster", "b", TimeSpan.FromSeconds(30), Token))!;
        Assert.True(second.Fence > first.Fence);
        Assert.False(await Engines.Leases.RenewAsync(first, TimeSpan.FromSeconds(30), Token));
        await Engines.Leases.ReleaseAsync(first, Token);
        Assert.True(await Engines.Leases.RenewAsync(second, TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task LiveFeed_FromAnId_ResumesAfterARestart()
    {
        var start = await Engines.Feed.GetEndAsync(Token);
        await PublishAsync(3);
        var first = (await LiveAsync(start, 1))[0];
        Assert.Equal(LiveChangeKinds.Updated, first.Change.Kind);
        await Engines.RestartAsync();

        var rest = await LiveAsync(first.Id, 2);
        Assert.All(rest, entry => Assert.Equal(LiveChangeKinds.Updated, entry.Change.Kind));
        Assert.Equal(3, rest.Append(first).Select(entry => entry.Id).Distinct().Count());
    }

    [Fact]
    public async Task LiveFeed_ExpiredOrUnknownId_GivesAReset()
    {
        await PublishAsync(1);
        var expired = await Engines.Feed.GetEndAsync(Token);
        await PublishAsync(1);
        var oldest = await Engines.Feed.GetEndAsync(Token);
        await PublishAsync(1000);
        Assert.Equal(LiveChangeKinds.Reset, (await LiveAsync(expired, 1))[0].Change.Kind);
        Assert.Equal(LiveChangeKinds.Reset, (await LiveAsync("99999", 1))[0].Change.Kind);
        Assert.Equal(LiveChangeKinds.Reset, (await LiveAsync("nonsense", 1))[0].Change.Kind);
        Assert.Equal(LiveChangeKinds.Updated, (await LiveAsync(oldest, 1))[0].Change.Kind);
    }

    [Fact]
    public async Task LiveFeed_FromTheEnd_GivesOnlyWhatComes()
    {
        await PublishAsync(2);
        await using var reader = Engines.Feed.ReadAsync(null, Token).GetAsyncEnumerator(Token);
        var next = reader.MoveNextAsync().AsTask();
        await Engines.Feed.PublishAsync(new LiveChange(LiveChangeKinds.Resolved, null), Token);

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal(LiveChangeKinds.Resolved, reader.Current.Change.Kind);
    }

    [Fact]
    public async Task StatusBoard_NewerReport_ReplacesTheOlder()
    {
        var status = new WatchStatus("environment", "", "kind", null, null, WatchState.Syncing, ["*"], StreamSet.Start, StreamSet.Start, null, null, null, [], 0);
        await Engines.Board.ReportAsync(status, Token);
        await Engines.Board.ReportAsync(status with { State = WatchState.Watching, Lag = TimeSpan.FromMilliseconds(3) }, Token);

        var only = Assert.Single(await Engines.Board.ListAsync(Token));
        Assert.Equal((WatchState.Watching, TimeSpan.FromMilliseconds(3)), (only.State, only.Lag));
    }

    [Fact]
    public async Task StatusBoard_TwoServersUnderOneName_AreBothThere_AndReplaceWhatWasSaidBeforeTheServerWasKnown()
    {
        var unknown = new WatchStatus("environment", "", "kind", null, null, WatchState.Disconnected, ["*"], StreamSet.Start, StreamSet.Start, null, null, null, [], 0);
        await Engines.Board.ReportAsync(unknown, Token);
        await Engines.Board.ReportAsync(unknown with { Server = "https://one", ClusterId = "1" }, Token);
        await Engines.Board.ReportAsync(unknown with { Server = "https://two", ClusterId = "2" }, Token);

        Assert.Equal(["1", "2"], (await Engines.Board.ListAsync(Token)).Select(status => status.ClusterId));
    }

    [Fact]
    public async Task StatusBoard_SilentForMoreThanADay_IsForgotten_UnlessImported()
    {
        var status = new WatchStatus("environment", "", "kind", null, null, WatchState.Watching, ["*"], StreamSet.Start, StreamSet.Start, null, null, null, [], 0);
        await Engines.Board.ReportAsync(status, Token);
        await Engines.Board.ReportAsync(status with { Connection = "capture", State = WatchState.Imported }, Token);
        Engines.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, (await Engines.Board.ListAsync(Token)).Count);

        Engines.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("capture", Assert.Single(await Engines.Board.ListAsync(Token)).Connection);
        await Engines.Board.ReportAsync(status with { ReportedAt = Engines.Time.GetUtcNow() }, Token);
        Assert.Equal(2, (await Engines.Board.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task EvidenceTopics_AreOneAClusterEach_AndOutliveARestart()
    {
        var (mine, other) = (StreamTopics.EvidenceRequests("1"), StreamTopics.EvidenceRequests("2"));
        await Engines.Stream.AppendAsync(Make.Payloads("a", "b") with { Topic = mine }, Token);
        await Engines.Stream.AppendAsync(Make.Payloads("c") with { Topic = other }, Token);
        Assert.Equal(["a"], Texts(await Engines.Stream.ReadAsync(mine, "watcher", "w", 1, TimeSpan.Zero, Token)));
        await Engines.RestartAsync();

        // The next holder takes over what the former one had, without waiting.
        Assert.Equal(["a"], Texts(await Engines.Stream.ClaimAsync(mine, "watcher", "v", TimeSpan.Zero, 10, Token)));
        Assert.Equal(["b"], Texts(await Engines.Stream.ReadAsync(mine, "watcher", "v", 10, TimeSpan.Zero, Token)));
        Assert.Empty(await Engines.Stream.ClaimAsync(other, "watcher", "v", TimeSpan.Zero, 10, Token));
        Assert.Equal((2, 1), (await Engines.Stream.CountPendingAsync(mine, "watcher", Token), await Engines.Stream.CountPendingAsync(other, "watcher", Token)));
        Assert.Equal(["c"], Texts(await Engines.Stream.ReadAsync(other, "watcher", "w", 10, TimeSpan.Zero, Token)));
    }

    private Task<IReadOnlyList<StreamEntry>> ReadAsync(int max) =>
        Engines.Stream.ReadAsync(StreamTopics.Signals, Group, "c", max, TimeSpan.Zero, Token);

    private Task<IReadOnlyList<StreamEntry>> ClaimAsync() =>
        Engines.Stream.ClaimAsync(StreamTopics.Signals, Group, "d", TimeSpan.FromSeconds(30), 10, Token);

    private static IEnumerable<string> Texts(IEnumerable<StreamEntry> entries) => entries.Select(entry => Encoding.UTF8.GetString(entry.Payload.Span));

    private async Task PublishAsync(int changes)
    {
        for (var i = 0; i < changes; i++)
        {
            await Engines.Feed.PublishAsync(new LiveChange(LiveChangeKinds.Updated, null), Token);
        }
    }

    private async Task<List<LiveEntry>> LiveAsync(string afterId, int count)
    {
        List<LiveEntry> entries = [];
        await foreach (var entry in Engines.Feed.ReadAsync(afterId, Token))
        {
            entries.Add(entry);
            if (entries.Count == count)
            {
                break;
            }
        }

        return entries;
    }
}
