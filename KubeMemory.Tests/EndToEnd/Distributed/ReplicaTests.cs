using System.Globalization;
using KubeMemory.Core.Contracts;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>Two replicas of the API: both ingest, either can sleep, and a reader of one goes on at the other.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task TwoApis_OneSuspendedThenTheOtherKilled_NothingTwice_AndReadersGoOnAtTheOther()
    {
        await using var stack = await DistributedStack.StartAsync();
        await using var redis = await RedisInspector.OpenAsync(stack);
        var (first, second) = (await stack.StartApiAsync(), await stack.StartApiAsync());
        await DistributedStack.WaitForOccurrencesAsync(first, 0);
        await using var events = await LiveReader.EventsAsync(first.Address);
        await using var socket = await LiveReader.SocketAsync(first.Address);
        stack.StartWatcher();
        await using var source = EventSource.Start(stack.Cluster, eventsPerSecond: 500);

        // Suspended while it holds signals, for longer than they may lie there: the first has them all the same.
        await HoldsAsync(first);
        await FreezeWithSignalsAsync();
        await RedisInspector.UntilAsync(async () => await redis.PendingAsync(second) == 0);
        second.Process.Thaw();
        await events.WaitAsync(changes => Opened(changes) == source.Problems);
        await socket.WaitAsync(changes => Opened(changes) == source.Problems);

        await first.Process.KillAsync();
        var (lastEvent, lastMessage) = (events.Changes[^1].Id, socket.Changes[^1].Id);
        await using var eventsGoOn = await LiveReader.EventsAsync(second.Address, lastEvent);
        await using var socketGoesOn = await LiveReader.SocketAsync(second.Address, lastMessage);
        await eventsGoOn.WaitAsync(changes => changes.Count >= 40);
        await socketGoesOn.WaitAsync(changes => changes.Count >= 40);
        AssertWithoutGap([.. events.Changes, .. eventsGoOn.Changes]);
        AssertWithoutGap([.. socket.Changes, .. socketGoesOn.Changes]);

        await source.StopAsync();
        var accounts = await DistributedStack.WaitForOccurrencesAsync(second, source.Emitted);
        Assert.Equal((source.Emitted, source.Problems, source.Problems), (accounts.Occurrences, accounts.Incidents, accounts.Problems));

        Task HoldsAsync(ApiReplica api) => RedisInspector.UntilAsync(async () => await redis.PendingAsync(api) > 0);

        async Task FreezeWithSignalsAsync()
        {
            await HoldsAsync(second);
            second.Process.Freeze();
            while (await redis.PendingAsync(second) == 0)
            {
                second.Process.Thaw();
                await HoldsAsync(second);
                second.Process.Freeze();
            }
        }
    }

    private static int Opened(IReadOnlyList<Change> changes) =>
        changes.Where(change => change.Kind == LiveChangeKinds.Opened).DistinctBy(change => (long)change.Incident!["id"]!).Count();

    /// <summary>The second part of an id counts the changes.</summary>
    private static void AssertWithoutGap(IReadOnlyList<Change> changes)
    {
        Assert.DoesNotContain(changes, change => change.Kind == LiveChangeKinds.Reset);
        var numbers = changes.Select(change => long.Parse(change.Id!.Split('-')[1], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => numbers[0] + i), numbers);
    }
}
