using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Streams;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>Redis forgets everything, while all goes on and while it is down: the cluster still knows, and the store does.</summary>
public sealed class EmptiedRedisTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Emptied_UnderLoadAndAcrossARestart_AccountsAreExact_AndEvidenceComesAllTheSame()
    {
        await using var stack = await DistributedStack.StartAsync();
        await using var redis = await RedisInspector.OpenAsync(stack);
        var cluster = stack.Cluster.State.KubeSystemUid;
        var watcher = stack.StartWatcher();
        await watcher.WaitForLineAsync("Watching namespace");
        await using var source = EventSource.Start(stack.Cluster, eventsPerSecond: 300);
        await RedisInspector.UntilAsync(async () => await redis.LengthAsync(StreamTopics.Signals) >= 300);

        // Every incident asks for evidence of a watcher that cannot answer just now; then the questions are gone.
        watcher.Freeze();
        var api = await stack.StartApiAsync(("KubeMemory__Incidents__EvidenceUnansweredAfter", "00:00:03"));
        await RedisInspector.UntilAsync(async () => await redis.LengthAsync(StreamTopics.EvidenceRequests(cluster)) == source.Problems);
        await using var reader = await LiveReader.EventsAsync(api.Address);
        var fence = await redis.FenceAsync(cluster);
        await redis.EmptyAsync();
        watcher.Thaw();
        fence = await GoesOnAsync(fence);
        await reader.WaitAsync(changes => Resets(changes) == 1 && changes[^1].Kind != LiveChangeKinds.Reset);

        var old = reader.Changes.Last(change => change.Kind != LiveChangeKinds.Reset).Id;
        await redis.EmptyAsync();
        fence = await GoesOnAsync(fence);
        await reader.WaitAsync(changes => Resets(changes) == 2);
        await using (var late = await LiveReader.EventsAsync(api.Address, old))
        {
            await late.WaitAsync(changes => changes.Count > 0);
            Assert.Equal(LiveChangeKinds.Reset, late.Changes[0].Kind);
        }

        await stack.Redis.StopAsync();
        stack.Redis.DropData();
        await stack.Redis.StartAsync(Cancelled);
        await RedisInspector.UntilAsync(() => AnswersAsync(redis));
        await GoesOnAsync(fence);
        await reader.WaitAsync(changes => Resets(changes) == 3 && changes[^1].Kind != LiveChangeKinds.Reset);
        Assert.False(reader.Ended);

        await source.StopAsync();
        var accounts = await DistributedStack.WaitForOccurrencesAsync(api, source.Emitted);
        Assert.Equal((source.Emitted, source.Problems, source.Problems), (accounts.Occurrences, accounts.Incidents, accounts.Problems));
        await RedisInspector.UntilAsync(() => AreAllAnsweredAsync(api));

        async Task<long> GoesOnAsync(long before)
        {
            var known = source.Emitted;
            await RedisInspector.UntilAsync(async () => await redis.FenceAsync(cluster) > before);
            await DistributedStack.WaitForOccurrencesAsync(api, known);
            return await redis.FenceAsync(cluster);
        }
    }

    private static int Resets(IReadOnlyList<Change> changes) => changes.Count(change => change.Kind == LiveChangeKinds.Reset);

    private static async Task<bool> AnswersAsync(RedisInspector redis)
    {
        try
        {
            return await redis.LengthAsync(StreamTopics.Signals) >= 0;
        }
        catch (StackExchange.Redis.RedisException)
        {
            // The test's own connection is not back yet.
            return false;
        }
    }

    /// <summary>Evidence from the cluster, or what of it cannot be had: these pods are known by their Events alone.</summary>
    private static async Task<bool> AreAllAnsweredAsync(ApiReplica api)
    {
        var page = (await api.Http.GetFromJsonAsync<JsonNode>("/api/incidents/?limit=200", Cancelled))!;
        foreach (var incident in page["results"]!.AsArray())
        {
            var detail = (await api.Http.GetFromJsonAsync<JsonNode>($"/api/incidents/{incident!["id"]}", Cancelled))!;
            if (detail["missing_evidence"]!.AsArray().Count == 0)
            {
                return false;
            }
        }

        return true;
    }
}
