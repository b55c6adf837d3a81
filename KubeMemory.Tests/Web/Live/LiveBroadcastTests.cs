using KubeMemory.Core.Contracts;
using KubeMemory.Web.Live;
using Xunit;

namespace KubeMemory.Tests.Web.Live;

public class LiveBroadcastTests
{
    private readonly LiveBroadcast _broadcast = new();

    [Fact]
    public async Task Publish_ToAReaderThatDoesNotRead_BecomesOneReset_AndOthersGetAll()
    {
        using var slow = _broadcast.Subscribe();
        using var quick = _broadcast.Subscribe();
        var read = 0;
        for (var i = 0; i < LiveBroadcast.Capacity + 1; i++)
        {
            _broadcast.Publish(Change(i));
            read += (await NextAsync(quick)).Count;
        }

        Assert.Equal(LiveBroadcast.Capacity + 1, read);
        Assert.Equal(LiveChangeKinds.Reset, Assert.Single(await NextAsync(slow)).Kind);

        _broadcast.Publish(Change(1000));
        Assert.Equal(1000, Assert.Single(await NextAsync(slow)).Incident!.Id);
    }

    [Fact]
    public async Task Subscribe_AfterAPosition_GetsWhatCameSince()
    {
        _broadcast.Publish(Change(1));
        var position = _broadcast.Position;
        _broadcast.Publish(Change(2));
        _broadcast.Publish(Change(3));

        using var subscription = _broadcast.Subscribe(position);

        Assert.Equal([2L, 3L], (await NextAsync(subscription)).Select(c => c.Incident!.Id));
    }

    [Fact]
    public async Task Subscribe_AfterAPositionLongGone_GetsAReset()
    {
        var position = _broadcast.Position;
        for (var i = 0; i < LiveBroadcast.Capacity + 1; i++)
        {
            _broadcast.Publish(Change(i));
        }

        using var late = _broadcast.Subscribe(position);
        using var stranger = _broadcast.Subscribe(new LivePosition("another life", 3));

        Assert.Equal(LiveChangeKinds.Reset, Assert.Single(await NextAsync(late)).Kind);
        Assert.Equal(LiveChangeKinds.Reset, Assert.Single(await NextAsync(stranger)).Kind);
    }

    [Fact]
    public void Dispose_OfASubscription_LeavesNothingBehind()
    {
        var subscription = _broadcast.Subscribe();
        subscription.Dispose();

        Assert.Equal(0, _broadcast.Subscriptions);
        _broadcast.Publish(Change(1));
    }

    [Fact]
    public async Task Analysis_IsHeardByWhoFollowsIt_AndDraftsPushNothingOut()
    {
        var position = _broadcast.Position;
        using var list = _broadcast.Subscribe();
        using var page = _broadcast.Subscribe(analysisOf: 7);
        _broadcast.Publish(Change(1));
        for (var i = 0; i < 10 * LiveBroadcast.Capacity; i++)
        {
            _broadcast.Publish(Progress(8, AnalysisState.Running, "word"));
        }

        _broadcast.Publish(Progress(7, AnalysisState.Running, "word"));
        _broadcast.Publish(Progress(7, AnalysisState.Done));
        using var late = _broadcast.Subscribe(position, analysisOf: 7);

        Assert.Equal(1, Assert.Single(await NextAsync(list)).Incident!.Id);
        Assert.Equal(["", "Running", "Done"], (await NextAsync(page)).Select(c => c.Analysis?.State.ToString() ?? ""));
        Assert.Equal(["", "Done"], (await NextAsync(late)).Select(c => c.Analysis?.State.ToString() ?? ""));
    }

    private static LiveChange Progress(long id, AnalysisState state, string? draft = null) => new(LiveChangeKinds.Analysis, null) { Analysis = new(id, state, draft) };

    private static LiveChange Change(long id) => new(LiveChangeKinds.Updated, FakeIncidents.Summary(FakeIncidents.One(1)) with { Id = id });

    private static async Task<IReadOnlyList<LiveChange>> NextAsync(LiveSubscription subscription)
    {
        await foreach (var batch in subscription.ReadAsync(TimeSpan.Zero, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            return batch;
        }

        throw new InvalidOperationException("The subscription has ended.");
    }
}
