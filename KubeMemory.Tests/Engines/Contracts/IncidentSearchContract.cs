using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What the store of each size finds for the memory.</summary>
public abstract class IncidentSearchContract : IAsyncLifetime
{
    private const string Other = "cluster-2";
    private static readonly DateTimeOffset At = EngineSet.Start;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(5);

    protected EngineSet Engines { get; private set; } = null!;

    protected abstract IIncidentSearch Search { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task Read_SomeAreGone_GivesTheOthersInOrder()
    {
        var (first, second) = (await AddAsync("web"), await AddAsync("api"));

        var found = await Search.ReadAsync([second, 999, first, second], Token);

        Assert.Equal([("api", second), ("web", first)], found.Select(one => (one.Workload, one.Id)));
        Assert.Equal(1, found[0].Spark.Sum());
        Assert.Empty(await Search.ReadAsync([], Token));
    }

    [Fact]
    public async Task FindCluster_NameOrId_IsItsId()
    {
        await Engines.IngestAsync(new ClusterSignal { ClusterId = Make.Cluster, Name = "prod" });
        await AddAsync("web", cluster: Other);

        Assert.Equal((Make.Cluster, Make.Cluster, Other), (await Search.FindClusterAsync("prod", Token), await Search.FindClusterAsync(Make.Cluster, Token), await Search.FindClusterAsync(Other, Token)));
        Assert.Null(await Search.FindClusterAsync("nowhere", Token));
    }

    [Fact]
    public async Task FindKin_RecurrencesAndOthersOfTheSignature_NewestOfEachKey()
    {
        var first = await AddAsync("web", over: true);
        var elsewhere = await AddAsync("api", at: At + TimeSpan.FromHours(1), over: true);
        var again = await AddAsync("api", at: At + TimeSpan.FromHours(3));
        var second = await AddAsync("web", at: At + TimeSpan.FromHours(2), over: true);
        var away = await AddAsync("web", cluster: Other);
        var third = await AddAsync("web", at: At + TimeSpan.FromHours(4));
        await AddAsync("unlike", change: signal => signal with { Signature = "another" });

        var all = await Search.FindKinAsync(third, null, 10, Token);
        var own = await Search.FindKinAsync(third, Make.Cluster, 10, Token);

        Assert.Equal([second, first], all.SameKey);
        Assert.Equal([away, again], all.SameSignature);
        Assert.Equal([again], own.SameSignature);
        Assert.Equal([second], (await Search.FindKinAsync(third, null, 1, Token)).SameKey);
        Assert.DoesNotContain(elsewhere, all.SameSignature);
        var lives = await Search.CountLivesAsync([first, third, again, 999], Token);
        Assert.Equal([(first, 3L), (again, 2L), (third, 3L)], lives.Select(one => (one.Key, one.Value)).Order());
    }

    [Fact]
    public async Task FindWords_InNamesAndInEvidence_SaysWhere()
    {
        var web = await AddAsync("web");
        var api = await AddAsync("payments-api", cluster: Other);
        await LogAsync(web, "dial tcp: lookup orders-db.shop: no such host");
        await LogAsync(api, "connection refused by Über-proxy", Other);

        var found = await Search.FindWordsAsync(["ments", "orders", "refus", "no such host", "no such proxy", "über", "host", "fused"], null, Token);
        var own = await Search.FindWordsAsync(["payments", "orders", "refused"], Make.Cluster, Token);

        Assert.Equal(2, found.Incidents);
        Assert.Contains(found.Hits, hit => (hit.Word, hit.Place, hit.IncidentId, hit.Number) == (0, WordPlace.Incident, api, 0L));
        Assert.Equal([(1, web), (2, api), (3, web), (5, api), (6, web)], found.Hits.Where(hit => hit.Place == WordPlace.Evidence).Select(hit => (hit.Word, hit.IncidentId)).Distinct().Order());
        Assert.Equal([1], own.Hits.Select(hit => hit.Word).Distinct());
        var place = Assert.Single(found.Hits, hit => hit.Word == 1);
        var wanted = new TextPlace(WordPlace.Evidence, web, place.Number);
        var text = Assert.Single(await Search.ReadTextsAsync([wanted, new(WordPlace.Evidence, api, 99), new(WordPlace.Fix, web, 99)], Token));
        Assert.Equal(wanted, text.Place);
        Assert.Contains("orders-db", text.Text, StringComparison.Ordinal);
        Assert.Empty((await Search.FindWordsAsync([], null, Token)).Hits);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("a\" OR \"b")]
    [InlineData("%")]
    [InlineData("'; DROP TABLE incidents; --")]
    [InlineData("NEAR(a b)")]
    [InlineData("\0")]
    public async Task FindWords_Hostile_FindsNothing(string word)
    {
        await AddAsync("web");

        Assert.Empty((await Search.FindWordsAsync([word], null, Token)).Hits);
        Assert.Empty(await Search.FindAllWordsAsync([word, "nowhere"], null, 10, Token));
        Assert.Single(await Engines.IncidentsAsync());
    }

    [Fact]
    public async Task FindAllWords_WhereverTheyStand_ThoseSeenLastFirst()
    {
        var web = await AddAsync("web");
        var api = await AddAsync("api", at: At + TimeSpan.FromMinutes(1));
        var away = await AddAsync("web", cluster: Other);
        foreach (var (id, cluster) in new[] { (web, Make.Cluster), (api, Make.Cluster), (away, Other) })
        {
            await LogAsync(id, "connection refused by orders-db.shop:5432", cluster);
        }

        Assert.Equal([api, away, web], await Search.FindAllWordsAsync(["orders-db.shop", "refused"], null, 10, Token));
        Assert.Equal([web], await Search.FindAllWordsAsync(["orders-db.shop", "web"], Make.Cluster, 10, Token));
        Assert.Single(await Search.FindAllWordsAsync(["refused"], null, 1, Token));
        Assert.Empty(await Search.FindAllWordsAsync(["refused", "granted"], null, 10, Token));
    }

    [Fact]
    public async Task FindCauseShares_SameClusterAndNotOver_OrAtTheSameTime()
    {
        FailureSignal Volume(FailureSignal signal) => signal with { CauseKeys = ["volume:data"] };
        var asked = await AddAsync("web", at: At + TimeSpan.FromHours(1), change: Volume);
        var open = await AddAsync("open", change: Volume);
        await AddAsync("over", change: Volume, over: true);
        var near = await AddAsync("near", at: At + TimeSpan.FromHours(1) + Within, change: Volume, over: true);
        await AddAsync("far", at: At + TimeSpan.FromHours(1) + Within + TimeSpan.FromMicroseconds(1), change: Volume, over: true);
        await AddAsync("away", at: At + TimeSpan.FromHours(1), cluster: Other, change: Volume);
        await AddAsync("unlike", at: At + TimeSpan.FromHours(1), change: signal => signal with { CauseKeys = ["volume:logs"] });

        var shares = await Search.FindCauseSharesAsync(asked, Within, 10, Token);

        Assert.Equal([("volume:data", open), ("volume:data", near)], shares.Where(share => !share.CauseKey.StartsWith("storm:", StringComparison.Ordinal)).Select(share => (share.CauseKey, share.IncidentId)).OrderBy(share => share.IncidentId));
        Assert.Empty(await Search.FindCauseSharesAsync(999, Within, 10, Token));
    }

    [Fact]
    public async Task FindCauseShares_Storm_NamesItsCause()
    {
        FailureSignal Registry(FailureSignal signal) => signal with { CauseKeys = ["registry:r.example.com"] };
        var asked = await AddAsync("one", change: Registry);
        await AddAsync("two", change: Registry);
        await AddAsync("three", change: Registry);

        var shares = await Search.FindCauseSharesAsync(asked, Within, 10, Token);

        Assert.Equal(2, shares.Count(share => share.CauseKey == "registry:r.example.com"));
        Assert.Equal(2, shares.Count(share => share.CauseKey == "storm:registry:r.example.com"));
    }

    private async Task<long> AddAsync(
        string workload, DateTimeOffset? at = null, string cluster = Make.Cluster, Func<FailureSignal, FailureSignal>? change = null, bool over = false)
    {
        var seen = at ?? At;
        var known = (await Engines.IncidentsAsync()).Select(incident => incident.Id).ToHashSet();
        // Nothing lies ahead of the clock.
        Engines.Time.SetUtcNow(Engines.Time.GetUtcNow() < seen ? seen : Engines.Time.GetUtcNow());
        var signal = Make.Event(workload, $"{cluster}-{workload}-{seen.Ticks}", 1, seen) with { ClusterId = cluster, FirstSeen = seen };
        await Engines.IngestAsync(change is null ? signal : change(signal));
        var id = Assert.Single((await Engines.IncidentsAsync()).Select(incident => incident.Id), one => !known.Contains(one));
        if (over)
        {
            await Engines.Lifecycle.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        }

        return id;
    }

    private Task<IngestOutcome> LogAsync(long id, string text, string cluster = Make.Cluster) => Engines.IngestAsync(new EvidenceSignal
    {
        ClusterId = cluster,
        IncidentId = id,
        Items = [new EvidenceItem(EvidenceKind.Log, "log|x|app|current", "Log", text, At, "x", "app")],
    });
}
