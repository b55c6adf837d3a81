using System.Globalization;
using System.Text;
using KubeMemory.Core.Streams;
using KubeMemory.Engines;
using KubeMemory.Engines.Redis;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using StackExchange.Redis;
using Xunit;
using StreamEntry = KubeMemory.Core.Streams.StreamEntry;

namespace KubeMemory.Tests.Engines.Redis;

/// <summary>What Redis needs beyond the contract.</summary>
public sealed class RedisSignalStreamTests(RedisFixture redis)
{
    private const string Group = "ingest";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly RedisKey Signals = RedisKeys.Stream(StreamTopics.Signals);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_UnderAStaleFence_WritesNothing()
    {
        await using var set = await OpenAsync();
        var lease = (await set.Leases.TryAcquireAsync("watch/a", "one", TimeSpan.FromSeconds(15), Token))!;
        var at = new Checkpoint("a", "*", "17", StreamSet.Start);
        await set.Stream.AppendAsync(Make.Payloads("1") with { Lease = lease, Checkpoint = at, Gates = [new("a", Gates.Received, 1)] }, Token);
        var before = await set.Database.StreamLengthAsync(Signals);
        await set.Leases.ReleaseAsync(lease, Token);
        var taken = (await set.Leases.TryAcquireAsync("watch/a", "two", TimeSpan.FromSeconds(15), Token))!;

        // The sleeper, the right fence under another name, and a fence that was never given.
        foreach (var stale in (Lease[])[lease, taken with { Holder = "one" }, taken with { Fence = taken.Fence + 1 }, new("watch/other", "one", lease.Fence)])
        {
            await Assert.ThrowsAsync<StaleFenceException>(() => set.Stream.AppendAsync(
                Make.Payloads("2") with { Lease = stale, Checkpoint = at with { ResourceVersion = "18" }, Gates = [new("a", Gates.Received, 5)] }, Token));
        }

        Assert.Equal(before, await set.Database.StreamLengthAsync(Signals));
        Assert.Equal(at, await set.Stream.GetCheckpointAsync("a", "*", Token));
        Assert.Equal(1, await set.GateAsync(Gates.Received));
        await set.Stream.AppendAsync(Make.Payloads("2") with { Lease = taken }, Token);
    }

    [Fact]
    public async Task Append_WhereAKeyIsOfAnotherKind_WritesNothing()
    {
        await using var set = await OpenAsync();
        await set.Database.StringSetAsync(RedisKeys.Gates, "mine");
        await Assert.ThrowsAsync<RedisServerException>(() => set.Stream.AppendAsync(
            Make.Payloads("1") with { Checkpoint = new("a", "*", "1", StreamSet.Start), Gates = [new("a", Gates.Received, 5)] }, Token));
        await set.Database.KeyDeleteAsync(RedisKeys.Gates);
        await set.Database.HashSetAsync(RedisKeys.Gates, "a/received", "many");
        await Assert.ThrowsAsync<RedisServerException>(() => set.Stream.AppendAsync(
            Make.Payloads("1") with { Checkpoint = new("a", "*", "1", StreamSet.Start), Gates = [new("a", Gates.Received, 5)] }, Token));

        Assert.Empty(await ReadAsync(set, 10));
        Assert.Null(await set.Stream.GetCheckpointAsync("a", "*", Token));
    }

    [Fact]
    public async Task Append_TwoClustersWithEqualScopes_DoNotMix()
    {
        await using var set = await OpenAsync();
        await set.Stream.AppendAsync(Make.Payloads("1") with { Checkpoint = new("a", "shop", "1", StreamSet.Start), Gates = [new("a", Gates.Received, 1)] }, Token);
        await set.Stream.AppendAsync(Make.Payloads("2") with { Checkpoint = new("b", "shop", "2", StreamSet.Start), Gates = [new("b", Gates.Received, 2)] }, Token);
        await set.Stream.AppendAsync(Make.Payloads("3") with { Checkpoint = new("a/b", "shop", "3 4", StreamSet.Start), Gates = [new("a/b", Gates.Received, 3)] }, Token);

        Assert.Equal("1", (await set.Stream.GetCheckpointAsync("a", "shop", Token))!.ResourceVersion);
        Assert.Equal("2", (await set.Stream.GetCheckpointAsync("b", "shop", Token))!.ResourceVersion);
        Assert.Equal("3 4", (await set.Stream.GetCheckpointAsync("a/b", "shop", Token))!.ResourceVersion);
        Assert.Equal(
            [new("a", Gates.Received, 1), new("a/b", Gates.Received, 3), new("b", Gates.Received, 2)], await set.Stream.GetGateCountsAsync(Token));
    }

    [Fact]
    public async Task Append_AThousandBinaryPayloads_ComeBackAsTheyWere()
    {
        await using var set = await OpenAsync();
        var random = new Random(1);
        var payloads = Enumerable.Range(0, 1000).Select(_ =>
        {
            var bytes = new byte[2048];
            random.NextBytes(bytes);
            return new ReadOnlyMemory<byte>(bytes);
        }).Append(ReadOnlyMemory<byte>.Empty).ToList();
        await set.Stream.AppendAsync(new AppendBatch(StreamTopics.Signals, payloads), Token);
        var read = await ReadAsync(set, 2000);

        Assert.Equal(payloads.Select(p => Convert.ToHexString(p.Span)), read.Select(e => Convert.ToHexString(e.Payload.Span)));
        await set.Stream.DeadLetterAsync(StreamTopics.Signals, Group, read[7], "binary", Token);
        var letter = Assert.Single(await set.Stream.ListDeadLettersAsync(1, Token));
        Assert.Equal(Convert.ToHexString(payloads[7].Span), Convert.ToHexString(letter.Payload.Span));
        Assert.True(await set.Stream.ReplayDeadLetterAsync(letter.Id, Token));
        Assert.Equal(Convert.ToHexString(payloads[7].Span), Convert.ToHexString(Assert.Single(await ReadAsync(set, 10)).Payload.Span));
    }

    [Fact]
    public async Task Append_TheCallersBufferIsFree_OnceItHasReturned()
    {
        await using var set = await OpenAsync();
        var buffer = Encoding.UTF8.GetBytes("first");
        var append = set.Stream.AppendAsync(new AppendBatch(StreamTopics.Signals, [buffer]), Token);
        // As after a cancelled wait: what was asked may go out later.
        "later"u8.CopyTo(buffer);
        await append;

        Assert.Equal(["first"], Texts(await ReadAsync(set, 1)));
    }

    [Fact]
    public async Task Append_FullStream_WaitsUntilSomeoneAcknowledges()
    {
        await using var set = await OpenAsync(new StreamOptions { MaxPending = 2 });
        await set.Stream.AppendAsync(Make.Payloads("1", "2"), Token);
        var waiting = set.Stream.AppendAsync(Make.Payloads("3"), Token);
        // What carries no entries fills nothing.
        await set.Stream.AppendAsync(Make.Payloads() with { Checkpoint = new("a", "*", "1", StreamSet.Start) }, Token);
        var read = await ReadAsync(set, 1);
        Assert.False(waiting.IsCompleted);
        await set.Stream.AcknowledgeAsync(StreamTopics.Signals, Group, [read[0].Id], Token);

        // The clock stands still: only the acknowledgement can have ended the wait.
        await waiting.WaitAsync(Patience, Token);
        Assert.Equal(2, await set.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token));
    }

    [Fact]
    public async Task Read_Waiting_CostsNothingUntilTheAppend()
    {
        await using var set = await OpenAsync();
        Assert.Empty(await ReadAsync(set, 1));
        var asked = await CallsAsync(set, "xreadgroup");
        var reading = set.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.FromHours(1), Token);
        await set.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token);
        await set.Stream.AppendAsync(Make.Payloads("1"), Token);

        Assert.Single(await reading.WaitAsync(Patience, Token));
        // Other tests share the server, but not this often within a moment: a loop would have asked a thousand times.
        Assert.InRange(await CallsAsync(set, "xreadgroup") - asked, 1, 200);
    }

    [Fact]
    public async Task Read_LostRing_IsMadeUpForByThePoll()
    {
        await using var set = await OpenAsync();
        var reading = set.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.FromHours(1), Token);
        await set.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token);
        await set.Database.StreamAddAsync(Signals, "payload", "unannounced");

        while (!reading.IsCompleted)
        {
            set.Time.Advance(TimeSpan.FromSeconds(1));
            await set.Stream.CountPendingAsync(StreamTopics.Signals, Group, Token);
        }

        Assert.Equal(["unannounced"], Texts(await reading));
    }

    [Fact]
    public async Task Trim_TwoGroups_NeverPassesWhatOneHasNotAcknowledged()
    {
        await using var set = await OpenAsync();
        Assert.Empty(await ReadAsync(set, 1));
        Assert.Empty(await ReadAsync(set, 1, "audit"));
        await set.Stream.AppendAsync(Make.Payloads(Enumerable.Range(1, 10).Select(i => i.ToString(CultureInfo.InvariantCulture))), Token);
        var ingest = await ReadAsync(set, 10);
        await AcknowledgeAsync(set, ingest, Group);
        // The other one has not even been given them.
        Assert.Equal(10, await set.Database.StreamLengthAsync(Signals));

        var audit = await ReadAsync(set, 6, "audit");
        await AcknowledgeAsync(set, [audit[0], audit[1], audit[3]], "audit");
        // 3 is pending, 4 is done behind it, 7 to 10 are undelivered.
        Assert.Equal(8, await set.Database.StreamLengthAsync(Signals));
        Assert.Equal((0, 7), (await PendingAsync(set, Group), await PendingAsync(set, "audit")));

        await AcknowledgeAsync(set, [audit[2], audit[4], audit[5]], "audit");
        Assert.Equal(4, await set.Database.StreamLengthAsync(Signals));
        audit = await ReadAsync(set, 10, "audit");
        Assert.Equal(["7", "8", "9", "10"], Texts(audit));
        await AcknowledgeAsync(set, audit, "audit");
        Assert.Equal(0, await set.Database.StreamLengthAsync(Signals));
        Assert.Equal((0, 0), (await PendingAsync(set, Group), await PendingAsync(set, "audit")));

        // The numbers go on where they were, and a group that comes late begins with what is still there.
        await set.Stream.AppendAsync(Make.Payloads("11"), Token);
        Assert.Equal((1, 1, 1), (await PendingAsync(set, Group), await PendingAsync(set, "audit"), await PendingAsync(set, "late")));
        Assert.Equal(["11"], Texts(await ReadAsync(set, 10, "late")));
    }

    [Fact]
    public async Task Trim_ManyBehindOnePending_AreAllRemovedOnceItIsAcknowledged()
    {
        await using var set = await OpenAsync();
        Assert.Empty(await ReadAsync(set, 1));
        for (var i = 0; i < 5; i++)
        {
            await set.Stream.AppendAsync(Make.Payloads(Enumerable.Repeat("x", 5000)), Token);
        }

        var all = await ReadAsync(set, 25_000);
        await AcknowledgeAsync(set, [.. all.Skip(1)], Group);
        Assert.Equal(25_000, await set.Database.StreamLengthAsync(Signals));
        await AcknowledgeAsync(set, [all[0]], Group);
        // Not all at once, which would hold the server up.
        Assert.InRange(await set.Database.StreamLengthAsync(Signals), 1, 15_000);
        for (var i = 0; i < 2; i++)
        {
            await set.Stream.AppendAsync(Make.Payloads("next"), Token);
            await AcknowledgeAsync(set, await ReadAsync(set, 1), Group);
        }

        Assert.Equal(0, await set.Database.StreamLengthAsync(Signals));
    }

    [Fact]
    public async Task Claim_MoreThanAPage_FollowsTheCursorToTheEnd_AndForgetsDeletedEntries()
    {
        await using var set = await OpenAsync();
        await set.Stream.AppendAsync(Make.Payloads(Enumerable.Range(0, 300).Select(i => i.ToString(CultureInfo.InvariantCulture))), Token);
        var read = await ReadAsync(set, 300);
        await set.PassAsync(TimeSpan.FromSeconds(30));
        // Of the first 200 all but the last are in use again, so that pages come back empty; the operator has deleted one.
        await set.Database.StreamClaimIdsOnlyAsync(Signals, Group, "busy", 0, [.. read.Take(199).Select(entry => (RedisValue)entry.Id)]);
        await set.Database.StreamDeleteAsync(Signals, [read[250].Id]);

        var claimed = await ClaimAsync(set, 3);
        Assert.Equal(["199", "200", "201"], Texts(claimed));
        Assert.All(claimed, entry => Assert.Equal(2, entry.Deliveries));
        var rest = await ClaimAsync(set, 1000);
        Assert.Equal(97, rest.Count);
        Assert.DoesNotContain("250", Texts(rest));
        Assert.Empty(await ClaimAsync(set, 1000));
        Assert.Equal(299, await PendingAsync(set, Group));
        await set.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(3, (await ClaimAsync(set, 1000)).Single(entry => entry.Id == claimed[0].Id).Deliveries);
    }

    [Fact]
    public async Task DeadLetters_AreListedNewestFirst_AndBounded()
    {
        await using var set = await OpenAsync(new StreamOptions { DeadLettersKept = 2 });
        await set.Stream.AppendAsync(Make.Payloads("1", "2", "3"), Token);
        foreach (var entry in await ReadAsync(set, 3))
        {
            await set.Stream.DeadLetterAsync(StreamTopics.Signals, Group, entry, $"Reason {Encoding.UTF8.GetString(entry.Payload.Span)}.", Token);
            // Told twice, kept once.
            await set.Stream.DeadLetterAsync(StreamTopics.Signals, Group, entry, "Again.", Token);
        }

        var letters = await set.Stream.ListDeadLettersAsync(10, Token);
        Assert.Equal(["Reason 3.", "Reason 2."], letters.Select(letter => letter.Reason));
        Assert.All(letters, letter => Assert.Equal((StreamTopics.Signals, Group, StreamSet.Start), (letter.Topic, letter.Group, letter.At)));
        Assert.Equal(2, await set.Stream.CountDeadLettersAsync(Token));
        Assert.Equal(3, await set.GateAsync(Gates.Failed));
        Assert.Equal(letters[1].Id, Assert.Single(await set.Stream.ListDeadLettersAsync(10, Token), letter => letter.Reason == "Reason 2.").Id);
        foreach (var unknown in (string[])["", "nonsense", "1-1", "+", "-", "1"])
        {
            Assert.False(await set.Stream.ReplayDeadLetterAsync(unknown, Token));
        }
    }

    [Fact]
    public async Task Emptied_WhileRunning_GoesOn_AndRefusesTheHolderOfBefore()
    {
        await using var set = await OpenAsync();
        var before = (await set.Leases.TryAcquireAsync("watch/a", "one", TimeSpan.FromSeconds(15), Token))!;
        await set.Stream.AppendAsync(Make.Payloads("1", "2") with { Lease = before, Checkpoint = new("a", "*", "1", StreamSet.Start) }, Token);
        var old = await ReadAsync(set, 2);
        await set.Server.FlushDatabaseAsync(set.Database.Database);

        await Assert.ThrowsAsync<StaleFenceException>(() => set.Stream.AppendAsync(Make.Payloads("3") with { Lease = before }, Token));
        Assert.False(await set.Leases.RenewAsync(before, TimeSpan.FromSeconds(15), Token));
        Assert.Null(await set.Stream.GetCheckpointAsync("a", "*", Token));
        var after = (await set.Leases.TryAcquireAsync("watch/a", "two", TimeSpan.FromSeconds(15), Token))!;
        Assert.True(after.Fence > before.Fence);

        var reading = set.Stream.ReadAsync(StreamTopics.Signals, Group, "c", 10, TimeSpan.FromHours(1), Token);
        await set.Stream.AppendAsync(Make.Payloads("3") with { Lease = after }, Token);
        var read = await reading.WaitAsync(Patience, Token);
        Assert.Equal(["3"], Texts(read));
        // An acknowledgement of before means nothing now: no id comes twice.
        await AcknowledgeAsync(set, old, Group);
        Assert.Equal(1, await PendingAsync(set, Group));
        Assert.Empty(await ClaimAsync(set, 10));
    }

    [Fact]
    public async Task Lease_AfterItsTime_IsFree_AndItsFenceOutgrowsTheClock()
    {
        await using var set = await OpenAsync();
        var first = (await set.Leases.TryAcquireAsync("r", "a", TimeSpan.FromSeconds(15), Token))!;
        await set.PassAsync(TimeSpan.FromSeconds(14));
        Assert.Null(await set.Leases.TryAcquireAsync("r", "b", TimeSpan.FromSeconds(15), Token));
        await set.PassAsync(TimeSpan.FromSeconds(1));
        Assert.False(await set.Leases.RenewAsync(first, TimeSpan.FromSeconds(15), Token));
        // Nobody has taken it: what its holder still had to write may come.
        await set.Stream.AppendAsync(Make.Payloads("1") with { Lease = first }, Token);

        // A clock that was set back must not bring an old fence again.
        await set.Database.HashSetAsync(RedisKeys.Lease("r"), "fence", first.Fence + 1_000_000_000_000);
        var second = (await set.Leases.TryAcquireAsync("r", "a", TimeSpan.FromSeconds(15), Token))!;
        Assert.Equal(first.Fence + 1_000_000_000_001, second.Fence);
    }

    private async Task<RedisSet> OpenAsync(StreamOptions? options = null) => await RedisSet.OpenAsync(await redis.NewDatabaseAsync(), options);

    private static Task<IReadOnlyList<StreamEntry>> ReadAsync(RedisSet set, int max, string group = Group) =>
        set.Stream.ReadAsync(StreamTopics.Signals, group, "c", max, TimeSpan.Zero, Token);

    private static Task<IReadOnlyList<StreamEntry>> ClaimAsync(RedisSet set, int max) =>
        set.Stream.ClaimAsync(StreamTopics.Signals, Group, "d", TimeSpan.FromSeconds(30), max, Token);

    private static Task AcknowledgeAsync(RedisSet set, IEnumerable<StreamEntry> entries, string group) =>
        set.Stream.AcknowledgeAsync(StreamTopics.Signals, group, [.. entries.Select(entry => entry.Id)], Token);

    private static Task<long> PendingAsync(RedisSet set, string group) => set.Stream.CountPendingAsync(StreamTopics.Signals, group, Token);

    private static IEnumerable<string> Texts(IEnumerable<StreamEntry> entries) => entries.Select(entry => Encoding.UTF8.GetString(entry.Payload.Span));

    /// <summary><c>cmdstat_xreadgroup:calls=17,usec=…</c></summary>
    private static async Task<long> CallsAsync(RedisSet set, string command)
    {
        var stats = (await set.Server.InfoAsync("commandstats"))[0].FirstOrDefault(stat => stat.Key == $"cmdstat_{command}").Value;
        return stats is null ? 0 : long.Parse(stats.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
    }
}
