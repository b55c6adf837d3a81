using System.Globalization;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;
using KubeMemory.Engines.Redis;
using KubeMemory.Tests.Engines.Servers;
using StackExchange.Redis;
using Xunit;

namespace KubeMemory.Tests.Engines.Redis;

public sealed class RedisLiveFeedTests(RedisFixture redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_AHundredReaders_GetEverything_AndShareWhatIsFetched()
    {
        const int Readers = 100;
        const int Changes = 50;
        await using var set = await RedisSet.OpenAsync(await redis.NewDatabaseAsync());
        var start = await set.Feed.GetEndAsync(Token);
        var reading = Enumerable.Range(0, Readers).Select(_ => TakeAsync(set.Feed, start, Changes)).ToList();
        for (var i = 0; i < Changes; i++)
        {
            await PublishAsync(set.Feed);
        }

        var read = await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.All(read, entries => Assert.Equal(Changes, entries.Select(entry => entry.Id).Distinct().Count()));
        Assert.All(read, entries => Assert.Equal(read[0], entries));
        Assert.All(read[0], entry => Assert.Equal(LiveChangeKinds.Updated, entry.Change.Kind));
    }

    [Fact]
    public async Task Read_AHundredIdleReaders_PollAsOne()
    {
        // A server of its own: its counters are this test's alone.
        RedisFixture.RequireBinary();
        await using var server = await RedisServer.StartNewAsync(Token);
        await using var set = await RedisSet.OpenAsync(server.ConnectionString);
        var end = await set.Feed.GetEndAsync(Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var reading = Enumerable.Range(0, 100).Select(_ => Task.Run(() => TakeAsync(set.Feed, end, 1), Token)).ToList();
        await PublishAsync(set.Feed);
        await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(30), Token);

        end = await set.Feed.GetEndAsync(Token);
        reading = [.. Enumerable.Range(0, 100).Select(_ => TakeAsync(set.Feed, end, 1))];
        var before = await EvaluationsAsync(set);
        for (var second = 0; second < 20; second++)
        {
            set.Time.Advance(TimeSpan.FromSeconds(1));
            // Lets those who were woken look.
            await set.Feed.GetEndAsync(Token);
        }

        // 20 questions of the test's own, and one for each poll rather than a hundred.
        Assert.InRange(await EvaluationsAsync(set) - before, 20, 100);
        await PublishAsync(set.Feed);
        await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task Read_IdOfAnotherLifeOrOfTheFuture_IsReset_AndGoesOnFromNow()
    {
        await using var set = await RedisSet.OpenAsync(await redis.NewDatabaseAsync());
        await PublishAsync(set.Feed);
        var old = StreamId.Parse(await set.Feed.GetEndAsync(Token));
        await set.Server.FlushDatabaseAsync(set.Database.Database);
        await PublishAsync(set.Feed);
        await PublishAsync(set.Feed);
        var end = StreamId.Parse(await set.Feed.GetEndAsync(Token));
        Assert.NotEqual(old.Life, end.Life);

        StreamId[] strangers = [old, end with { Number = end.Number + 1 }, end with { Life = end.Life + 1 }];
        foreach (var after in strangers.Select(id => id.ToString()).Concat(["", "+", "$", "-1-1", "1", end + "x"]))
        {
            await using var reader = set.Feed.ReadAsync(after, Token).GetAsyncEnumerator(Token);
            Assert.True(await reader.MoveNextAsync());
            Assert.Equal((LiveChangeKinds.Reset, end.ToString()), (reader.Current.Change.Kind, reader.Current.Id));
        }
    }

    [Fact]
    public async Task Read_EmptiedMeanwhile_IsReset_AndGoesOn()
    {
        await using var set = await RedisSet.OpenAsync(await redis.NewDatabaseAsync());
        await PublishAsync(set.Feed);
        await using var reader = set.Feed.ReadAsync(await set.Feed.GetEndAsync(Token), Token).GetAsyncEnumerator(Token);
        var next = reader.MoveNextAsync().AsTask();
        await set.Server.FlushDatabaseAsync(set.Database.Database);
        // In this life of the feed the clock was behind.
        await set.Database.StreamAddAsync(RedisKeys.Live, "payload", """{"kind":"opened"}""", "1-0");
        await PublishAsync(set.Feed);

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal((LiveChangeKinds.Reset, "1-1"), (reader.Current.Change.Kind, reader.Current.Id));
        next = reader.MoveNextAsync().AsTask();
        await PublishAsync(set.Feed);
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal((LiveChangeKinds.Updated, "1-2"), (reader.Current.Change.Kind, reader.Current.Id));
    }

    [Fact]
    public async Task Read_SlowerThanTheFeed_IsReset()
    {
        await using var set = await RedisSet.OpenAsync(await redis.NewDatabaseAsync());
        var start = await set.Feed.GetEndAsync(Token);
        for (var i = 0; i < 150; i++)
        {
            await PublishAsync(set.Feed);
        }

        await using var reader = set.Feed.ReadAsync(start, Token).GetAsyncEnumerator(Token);
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(LiveChangeKinds.Updated, reader.Current.Change.Kind);
        for (var i = 0; i < RedisLiveFeed.Kept; i++)
        {
            await PublishAsync(set.Feed);
        }

        var kinds = new List<string>();
        while (kinds.LastOrDefault() != LiveChangeKinds.Reset)
        {
            Assert.True(await reader.MoveNextAsync());
            kinds.Add(reader.Current.Change.Kind);
        }

        Assert.Equal(100, kinds.Count);
        Assert.Equal(await set.Feed.GetEndAsync(Token), reader.Current.Id);
        Assert.Equal(RedisLiveFeed.Kept, await set.Database.StreamLengthAsync(RedisKeys.Live));
    }

    private static Task PublishAsync(ILiveFeed feed) => feed.PublishAsync(new LiveChange(LiveChangeKinds.Updated, null), Token);

    private static async Task<List<LiveEntry>> TakeAsync(ILiveFeed feed, string after, int count)
    {
        List<LiveEntry> entries = [];
        await foreach (var entry in feed.ReadAsync(after, Token))
        {
            entries.Add(entry);
            if (entries.Count == count)
            {
                break;
            }
        }

        return entries;
    }

    /// <summary><c>cmdstat_evalsha:calls=17,usec=…</c></summary>
    private static async Task<long> EvaluationsAsync(RedisSet set)
    {
        var stats = (await set.Server.InfoAsync("commandstats"))[0].Single(stat => stat.Key == "cmdstat_evalsha").Value;
        return long.Parse(stats.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
    }
}
