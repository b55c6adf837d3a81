using KubeMemory.Core.Audit;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>Who changed what, in the store of each size.</summary>
public abstract class AuditContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    protected EngineSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IAuditLog Audit => Engines.Audit;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task List_Empty_HasNothing()
    {
        var page = await Audit.ListAsync(null, 10, Token);

        Assert.Equal((0, null), (page.Count, page.Next));
        Assert.Empty(page.Results);
    }

    [Fact]
    public async Task List_BegunAndEnded_SaysWhoWhatWhenAndHow()
    {
        var entry = new AuditEntry(
            At, "Zoë O'Neil", "operator", "PATCH /api/incidents/{id}", "/api/incidents/17", "fe80::1%eth0", "0af7651916cd43dd8448eb211c80319c");
        var id = await Audit.BeginAsync(entry, Token);
        await Audit.EndAsync(id, 409, "Another one is open.", Token);

        Assert.Equal(new AuditItem(id, entry, 409, "Another one is open."), await OnlyAsync());
    }

    [Fact]
    public async Task List_BegunAlone_HasNoOutcome()
    {
        var entry = Entry("ann") with { From = null, TraceId = null };
        var id = await Audit.BeginAsync(entry, Token);

        Assert.Equal(new AuditItem(id, entry, null, null), await OnlyAsync());
    }

    [Fact]
    public async Task Begin_FinerThanMicroseconds_KeepsTheMicrosecondInUtc()
    {
        var at = new DateTimeOffset(2025, 3, 1, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345_678);
        await Audit.BeginAsync(Entry("ann") with { At = at }, Token);

        var stored = (await OnlyAsync()).Entry.At;
        Assert.Equal((at.AddTicks(-8), TimeSpan.Zero), (stored, stored.Offset));
    }

    [Fact]
    public async Task End_Twice_KeepsTheFirst()
    {
        var id = await Audit.BeginAsync(Entry("ann"), Token);
        await Audit.EndAsync(id, 204, null, Token);
        await Audit.EndAsync(id, 500, "Later.", Token);

        var item = await OnlyAsync();
        Assert.Equal((204, null), (item.Status, item.Detail));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(600)]
    public async Task End_StatusThatIsNone_IsRefused(int status)
    {
        var id = await Audit.BeginAsync(Entry("ann"), Token);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Audit.EndAsync(id, status, null, Token));
        Assert.Null((await OnlyAsync()).Status);
    }

    [Fact]
    public async Task End_EntryDroppedBefore_IsNoFault()
    {
        var id = await Audit.BeginAsync(Entry("ann"), Token);
        Assert.Equal(1, await Audit.DropAsync(At.AddDays(1), 10, Token));

        await Audit.EndAsync(id, 200, null, Token);
        Assert.Empty((await Audit.ListAsync(null, 10, Token)).Results);
    }

    [Fact]
    public async Task List_Pages_NewestFirstEachOnce()
    {
        for (var i = 0; i < 7; i++)
        {
            // The clocks of two services differ: the order is that of the entries, not of the times.
            await Audit.BeginAsync(Entry($"user-{i}") with { At = At.AddSeconds(i % 2 == 0 ? i : -i) }, Token);
        }

        var users = new List<string>();
        var sizes = new List<int>();
        long? before = null;
        do
        {
            var page = await Audit.ListAsync(before, 3, Token);
            users.AddRange(page.Results.Select(item => item.Entry.User));
            sizes.Add(page.Results.Count);
            // What comes meanwhile stands before the first page, not in the next one.
            await Audit.BeginAsync(Entry("late"), Token);
            Assert.Equal(7 + sizes.Count - 1, page.Count);
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(["user-6", "user-5", "user-4", "user-3", "user-2", "user-1", "user-0"], users);
        Assert.Equal([3, 3, 1], sizes);
    }

    [Fact]
    public async Task List_AsManyAsTheLimit_IsTheLastPage()
    {
        await Audit.BeginAsync(Entry("ann"), Token);
        await Audit.BeginAsync(Entry("bob"), Token);

        Assert.Null((await Audit.ListAsync(null, 2, Token)).Next);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public async Task List_LimitOutOfRange_IsRefused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Audit.ListAsync(null, limit, Token));

    [Theory]
    [InlineData("a\0b", "a\ufffdb")]
    [InlineData("<script>alert('x')</script>", "<script>alert('x')</script>")]
    [InlineData("'; DROP TABLE audit; --", "'; DROP TABLE audit; --")]
    [InlineData("\r\n\u001b[31m\u202e", "\r\n\u001b[31m\u202e")]
    [InlineData("", "")]
    public async Task Begin_HostileText_IsStoredAsText(string sent, string stored)
    {
        var id = await Audit.BeginAsync(new AuditEntry(At, sent, sent, sent, sent, sent, sent), Token);
        await Audit.EndAsync(id, 400, sent, Token);

        Assert.Equal(new AuditItem(id, new AuditEntry(At, stored, stored, stored, stored, stored, stored), 400, stored), await OnlyAsync());
    }

    [Fact]
    public async Task Begin_HalvesOfCharacters_AreReplaced()
    {
        var id = await Audit.BeginAsync(Entry("a\ud800b\udc00") with { Target = "/\udfff" }, Token);
        await Audit.EndAsync(id, 400, "\ud83d", Token);

        var item = await OnlyAsync();
        Assert.Equal(("a\ufffdb\ufffd", "/\ufffd", "\ufffd"), (item.Entry.User, item.Entry.Target, item.Detail));
    }

    [Fact]
    public async Task Begin_EndlessText_IsCutBetweenCharacters()
    {
        // The cut falls into the middle of a pair.
        var endless = new string('a', 498) + string.Concat(Enumerable.Repeat("\U0001F600", 100_000));
        var id = await Audit.BeginAsync(new AuditEntry(At, endless, "operator", endless, endless, endless, endless), Token);
        await Audit.EndAsync(id, 400, endless, Token);

        var item = await OnlyAsync();
        var cut = new string('a', 498) + "…";
        Assert.Equal((cut, cut, cut, cut, cut, cut), (item.Entry.User, item.Entry.Action, item.Entry.Target, item.Entry.From, item.Entry.TraceId, item.Detail));
    }

    [Fact]
    public async Task Begin_FiveHundredCharacters_AreKept()
    {
        var target = "/" + new string('a', 499);
        await Audit.BeginAsync(Entry("ann") with { Target = target }, Token);

        Assert.Equal(target, (await OnlyAsync()).Entry.Target);
    }

    [Fact]
    public async Task Begin_ManyAtOnce_EachHasAnIdOfItsOwn()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Audit.BeginAsync(Entry($"user-{i}"), Token), Token)));
        await Task.WhenAll(ids.Select((id, i) => Task.Run(() => Audit.EndAsync(id, 200 + i, null, Token), Token)));

        var page = await Audit.ListAsync(null, 200, Token);
        Assert.Equal((50, 50), ((int)page.Count, ids.Distinct().Count()));
        Assert.All(page.Results, item => Assert.Equal($"user-{item.Status - 200}", item.Entry.User));
    }

    [Fact]
    public async Task Drop_Old_GoesOldestFirstInBatches()
    {
        for (var day = 0; day < 5; day++)
        {
            await Audit.BeginAsync(Entry($"day-{day}") with { At = At.AddDays(day) }, Token);
        }

        Assert.Equal(2, await Audit.DropAsync(At.AddDays(3), 2, Token));
        Assert.Equal(["day-4", "day-3", "day-2"], await UsersAsync());
        Assert.Equal(1, await Audit.DropAsync(At.AddDays(3), 2, Token));
        Assert.Equal(0, await Audit.DropAsync(At.AddDays(3), 2, Token));
        Assert.Equal(["day-4", "day-3"], await UsersAsync());
    }

    [Fact]
    public async Task Begin_AfterTheNewestWasDropped_DoesNotGiveItsIdAgain()
    {
        var dropped = await Audit.BeginAsync(Entry("ann"), Token);
        await Audit.DropAsync(At.AddDays(1), 10, Token);
        await Engines.RestartAsync();

        Assert.True(await Audit.BeginAsync(Entry("bob"), Token) > dropped);
    }

    [Fact]
    public async Task Restart_KeepsAllOfIt()
    {
        var ended = await Audit.BeginAsync(Entry("ann"), Token);
        await Audit.EndAsync(ended, 204, null, Token);
        var cut = await Audit.BeginAsync(Entry("bob"), Token);
        await Engines.RestartAsync();

        Assert.Equal([(cut, "bob", null), (ended, "ann", 204)], (await Audit.ListAsync(null, 10, Token)).Results.Select(item => (item.Id, item.Entry.User, item.Status)));
    }

    private static AuditEntry Entry(string user) =>
        new(At, user, "operator", "DELETE /api/incidents/{id}", "/api/incidents/1", "127.0.0.1", "0af7651916cd43dd8448eb211c80319c");

    private async Task<AuditItem> OnlyAsync() => Assert.Single((await Audit.ListAsync(null, 10, Token)).Results);

    private async Task<List<string>> UsersAsync() => [.. (await Audit.ListAsync(null, 10, Token)).Results.Select(item => item.Entry.User)];
}
