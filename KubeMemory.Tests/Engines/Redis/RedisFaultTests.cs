using System.Diagnostics;
using System.Text;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Redis;
using KubeMemory.Engines.Startup;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Engines.Redis;

/// <summary>Redis stopped, started, suspended, and with other passwords. Each test has a server of its own.</summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    private const string Group = "ingest";
    private RedisServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        RedisFixture.RequireBinary();
        _server = await RedisServer.StartNewAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Restarted_LosesNothing_AndWhatWasPendingIsClaimed()
    {
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString);
        var lease = (await set.Leases.TryAcquireAsync("watch/a", "one", TimeSpan.FromMinutes(5), Token))!;
        var at = new Checkpoint("a", "*", "17", StreamSet.Start);
        await set.Stream.AppendAsync(Make.Payloads("1", "2", "3") with { Lease = lease, Checkpoint = at, Gates = [new("a", Gates.Received, 3)] }, Token);
        var read = await ReadAsync(set);
        await set.Stream.AcknowledgeAsync(StreamTopics.Signals, Group, [read[0].Id], Token);
        var end = await set.Feed.GetEndAsync(Token);
        await set.Feed.PublishAsync(new LiveChange(LiveChangeKinds.Opened, null), Token);
        await _server.StopAsync();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Stream.AppendAsync(Make.Payloads("4") with { Lease = lease }, Token));
        await _server.StartAsync(Token);

        await EventuallyAsync(() => set.Stream.AppendAsync(Make.Payloads("4") with { Lease = lease }, Token));
        Assert.Equal(at, await set.Stream.GetCheckpointAsync("a", "*", Token));
        Assert.Equal(3, await set.GateAsync(Gates.Received));
        Assert.Equal(3, await set.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token));
        Assert.Equal(["4"], (await ReadAsync(set)).Select(Text));
        var claimed = await set.Stream.ClaimAsync(StreamTopics.Signals, Group, "d", TimeSpan.Zero, 10, Token);
        Assert.Equal(["2", "3", "4"], claimed.Select(Text));
        await foreach (var entry in set.Feed.ReadAsync(end, Token))
        {
            Assert.Equal(LiveChangeKinds.Opened, entry.Change.Kind);
            break;
        }
    }

    [Fact]
    public async Task Stopped_EveryCallSaysSoSoon_AndWorksAgainAfterTheStart()
    {
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString);
        await set.Stream.AppendAsync(Make.Payloads("1"), Token);
        var reading = set.Stream.ReadAsync(StreamTopics.EvidenceRequests("a"), "watcher", "c", 1, TimeSpan.FromHours(1), Token);
        await set.Stream.CountDeadLettersAsync(Token);
        await _server.StopAsync();
        await AssertUnavailableAsync(set);

        await _server.StartAsync(Token);
        await EventuallyAsync(() => set.Services.GetRequiredService<IEngineProbe>().AskAsync(Token));
        Assert.Equal(["1"], (await ReadAsync(set)).Select(Text));
        // Once a connection, however often it was tried again.
        Assert.InRange(set.Log.Text.Split("connection is lost").Length - 1, 1, 2);
        // And by one voice, however many asked.
        Assert.Equal(1, set.Log.Text.Split("What needs it waits").Length - 1);
        // The reader that waited all the while is woken by the connection's return and listens again.
        await EventuallyAsync(() => set.Stream.AppendAsync(Make.Payloads("2") with { Topic = StreamTopics.EvidenceRequests("a") }, Token));
        while (!reading.IsCompleted)
        {
            set.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token));
        }

        if (reading.IsFaulted)
        {
            // It looked while there was no connection: its caller looks again.
            Assert.IsType<EngineUnavailableException>(reading.Exception.InnerException);
            reading = set.Stream.ReadAsync(StreamTopics.EvidenceRequests("a"), "watcher", "c", 1, TimeSpan.Zero, Token);
        }

        Assert.Equal(["2"], (await reading).Select(Text));
    }

    [Fact]
    public async Task Suspended_CallsTimeOut_AndWorkAgainAfterwards()
    {
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString);
        await set.Stream.AppendAsync(Make.Payloads("1"), Token);
        await using var other = await RedisSet.OpenAsync(_server.ConnectionString);
        await other.Stream.CountDeadLettersAsync(Token);
        _server.Suspend();
        try
        {
            await AssertUnavailableAsync(set);
            // Nor does it keep a process that stops.
            var started = Stopwatch.GetTimestamp();
            await other.CloseAsync();
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(4));
        }
        finally
        {
            _server.Resume();
        }

        await EventuallyAsync(() => set.Stream.AppendAsync(Make.Payloads("2"), Token));
        // What was given up on may have been done, and an entry may have gone to a reader that no longer waited: it is pending.
        var read = await ReadAsync(set);
        var claimed = await set.Stream.ClaimAsync(StreamTopics.Signals, Group, "d", TimeSpan.Zero, 100, Token);
        Assert.Contains("1", claimed.Select(Text));
        Assert.Contains("2", claimed.Select(Text));
        Assert.True(read.Count <= claimed.Count);
    }

    [Fact]
    public async Task StartedLater_IsConnectedByItself()
    {
        await _server.StopAsync();
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString);
        var started = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Stream.AppendAsync(Make.Payloads("1"), Token));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(11));
        await _server.StartAsync(Token);

        await EventuallyAsync(() => set.Stream.AppendAsync(Make.Payloads("1"), Token));
        var reading = set.Stream.ReadAsync(StreamTopics.EvidenceRequests("a"), "watcher", "c", 1, TimeSpan.FromHours(1), Token);
        await set.Stream.CountDeadLettersAsync(Token);
        await EventuallyAsync(async () => Assert.True(await set.Database.PublishAsync(StackExchange.Redis.RedisChannel.Literal(RedisKeys.Rings(0)), "nobody") > 0));
        await set.Stream.AppendAsync(Make.Payloads("2") with { Topic = StreamTopics.EvidenceRequests("a") }, Token);
        // The clock stands still: the ring came, so the subscription is there as well.
        Assert.Single(await reading.WaitAsync(TimeSpan.FromSeconds(20), Token));
    }

    [Fact]
    public async Task Refused_SaysSo_WithoutThePassword()
    {
        const string Password = "correct-horse-battery";
        await using var owner = await RedisSet.OpenAsync(_server.ConnectionString);
        await owner.Server.ConfigSetAsync("requirepass", "another");
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString + ",password=" + Password);

        var refused = await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Services.GetRequiredService<IEngineProbe>().AskAsync(Token));
        Assert.Equal($"Redis at 127.0.0.1:{_server.Port}", refused.Engine);
        Assert.DoesNotContain(Password, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Password, set.Log.Text, StringComparison.Ordinal);
        Assert.NotEmpty(set.Log.Text);
    }

    [Theory]
    [InlineData("redis://user:hunter2@db:6379")]
    [InlineData("db:6379,passwrod=hunter2")]
    [InlineData("db:6379,ssl=hunter2")]
    [InlineData("password=hunter2")]
    [InlineData(" ")]
    public void AddRedisEngines_UnreadableConnectionString_SaysSoWithoutRepeatingIt(string connectionString)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddRedisEngines(connectionString));
        Assert.Contains("\"redis\" cannot be read", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db:7000,password=hunter2", "Redis at db:7000")]
    [InlineData("a:1,b:2,password=hunter2", "Redis at a:1, b:2")]
    [InlineData("db", "Redis at db:6379")]
    [InlineData("db,ssl=true,password=p@ss/word", "Redis at db:6380")]
    public async Task Name_IsTheAddressWithoutThePassword(string connectionString, string name)
    {
        await using var connection = RedisConnection.Create(connectionString, TimeProvider.System, NullLogger.Instance);
        Assert.Equal(name, connection.Name);
    }

    [Fact]
    public async Task Start_WaitsForTheServer_AndNamesIt()
    {
        await _server.StopAsync();
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString + ",password=hunter2");
        var start = Assert.Single(set.Services.GetServices<IEngineStart>());
        Assert.Equal($"Redis at 127.0.0.1:{_server.Port}", start.Name);
        await Assert.ThrowsAsync<EngineUnavailableException>(() => start.StartAsync(Token));
        await _server.StartAsync(Token);

        await EventuallyAsync(() => start.StartAsync(Token));
    }

    [Fact]
    public async Task ReplicaThatTakesNoWrites_IsTheMomentsFault()
    {
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString);
        await set.Stream.AppendAsync(Make.Payloads("1"), Token);
        await set.Database.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Stream.AppendAsync(Make.Payloads("2"), Token));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => ReadAsync(set));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Leases.TryAcquireAsync("r", "a", TimeSpan.FromSeconds(1), Token));
        await set.Database.ExecuteAsync("REPLICAOF", "NO", "ONE");

        await EventuallyAsync(() => set.Stream.AppendAsync(Make.Payloads("2"), Token));
        Assert.Equal(["1", "2"], (await ReadAsync(set)).Select(Text));
    }

    [Fact]
    public async Task FullMemory_IsTheMomentsFault_AndNothingIsHalfWritten()
    {
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString);
        await set.Stream.AppendAsync(Make.Payloads("1"), Token);
        await set.Server.ConfigSetAsync("maxmemory", "1");
        var full = await Assert.ThrowsAsync<EngineUnavailableException>(() => set.Stream.AppendAsync(
            Make.Payloads("2") with { Checkpoint = new("a", "*", "1", StreamSet.Start), Gates = [new("a", Gates.Received, 1)] }, Token));
        Assert.Contains("maxmemory", full.Message, StringComparison.Ordinal);
        await set.Server.ConfigSetAsync("maxmemory", "0");

        Assert.Null(await set.Stream.GetCheckpointAsync("a", "*", Token));
        Assert.Empty(await set.Stream.GetGateCountsAsync(Token));
        Assert.Equal(["1"], (await ReadAsync(set)).Select(Text));
    }

    [Fact]
    public async Task FullMemory_WhatIsThereIsReadAndAcknowledged_SoThatItEmptiesByItself()
    {
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString);
        await set.Stream.AppendAsync(Make.Payloads("1", "2"), Token);
        Assert.Equal(2, (await ReadAsync(set)).Count);
        await set.Server.ConfigSetAsync("maxmemory", "1");

        var claimed = await set.Stream.ClaimAsync(StreamTopics.Signals, Group, "d", TimeSpan.Zero, 10, Token);
        await set.Stream.AcknowledgeAsync(StreamTopics.Signals, Group, [.. claimed.Select(entry => entry.Id)], Token);
        Assert.Equal(0, await set.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token));
        Assert.Equal(0, await set.Database.StreamLengthAsync(RedisKeys.Stream(StreamTopics.Signals)));
    }

    [Fact]
    public async Task UserWithoutAnythingDangerous_IsEnough()
    {
        await using var owner = await RedisSet.OpenAsync(_server.ConnectionString);
        await owner.Database.ExecuteAsync("ACL", "SETUSER", "kubememory", "on", ">hunter2", "~{kubememory}:*", "&{kubememory}:*", "+@all", "-@admin", "-@dangerous");
        await using var set = await RedisSet.OpenAsync(_server.ConnectionString + ",user=kubememory,password=hunter2");

        await Assert.Single(set.Services.GetServices<IEngineStart>()).StartAsync(Token);
        var lease = (await set.Leases.TryAcquireAsync("watch/a", "one", TimeSpan.FromMinutes(5), Token))!;
        var reading = set.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.FromHours(1), Token);
        await set.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token);
        await set.Stream.AppendAsync(Make.Payloads("1") with { Lease = lease, Gates = [new("a", Gates.Received, 1)] }, Token);
        // The clock stands still: the ring is heard, too.
        var read = await reading.WaitAsync(TimeSpan.FromSeconds(20), Token);
        await set.Stream.DeadLetterAsync(StreamTopics.Signals, Group, read[0], "Broken.", Token);
        Assert.True(await set.Stream.ReplayDeadLetterAsync(Assert.Single(await set.Stream.ListDeadLettersAsync(1, Token)).Id, Token));
        Assert.Single(await set.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.Zero, Token));
        Assert.Single(await set.Stream.ClaimAsync(StreamTopics.Signals, Group, "d", TimeSpan.Zero, 10, Token));
        await set.Feed.PublishAsync(new LiveChange(LiveChangeKinds.Updated, null), Token);
        Assert.NotEmpty(await set.Feed.GetEndAsync(Token));
        Assert.Empty(await set.Board.ListAsync(Token));
    }

    private async Task AssertUnavailableAsync(RedisSet set)
    {
        Func<Task>[] calls =
        [
            () => set.Stream.AppendAsync(Make.Payloads("2"), Token),
            () => ReadAsync(set),
            () => set.Stream.ClaimAsync(StreamTopics.Signals, Group, "c", TimeSpan.FromHours(1), 1, Token),
            () => set.Stream.AcknowledgeAsync(StreamTopics.Signals, Group, ["1-1"], Token),
            () => set.Stream.GetCheckpointAsync("a", "*", Token),
            () => set.Stream.GetGateCountsAsync(Token),
            () => set.Stream.ListDeadLettersAsync(1, Token),
            () => set.Leases.TryAcquireAsync("r", "a", TimeSpan.FromSeconds(1), Token),
            () => set.Feed.PublishAsync(new LiveChange(LiveChangeKinds.Updated, null), Token),
            () => set.Feed.GetEndAsync(Token),
            () => set.Feed.ReadAsync(null, Token).GetAsyncEnumerator(Token).MoveNextAsync().AsTask(),
            () => set.Board.ListAsync(Token),
            () => set.Services.GetRequiredService<IEngineProbe>().AskAsync(Token),
        ];
        var started = Stopwatch.GetTimestamp();
        var faults = await Task.WhenAll(calls.Select(call => Assert.ThrowsAsync<EngineUnavailableException>(call)));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        Assert.All(faults, fault => Assert.StartsWith($"Redis at 127.0.0.1:{_server.Port} does not answer: ", fault.Message, StringComparison.Ordinal));
    }

    /// <summary>As every caller does it: again until it works.</summary>
    private static async Task EventuallyAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception fault) when (fault is EngineUnavailableException or Xunit.Sdk.XunitException && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
            }
        }
    }

    private static Task<IReadOnlyList<StreamEntry>> ReadAsync(RedisSet set) =>
        set.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.Zero, Token);

    private static string Text(StreamEntry entry) => Encoding.UTF8.GetString(entry.Payload.Span);
}
