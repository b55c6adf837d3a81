using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>The store's side of the projections, of each size.</summary>
public abstract class ProjectionsContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;
    private static readonly TimeSpan Claimed = TimeSpan.FromMinutes(1);

    protected EngineSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IProjections Projections => Engines.Projections;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task Read_IncidentWithEvidence_GivesWhatItIsMadeOf()
    {
        await Engines.IngestAsync(
            new ClusterSignal { ClusterId = Make.Cluster, Name = "prod" },
            Make.Event("web", "a", 3, At, pod: "web-1"),
            Make.Event("web", "b", 2, At + TimeSpan.FromMinutes(1), pod: "web-2"));
        var id = (await Engines.OnlyIncidentAsync()).Id;
        await Engines.IngestAsync(new EvidenceSignal
        {
            ClusterId = Make.Cluster,
            IncidentId = id,
            Items =
            [
                new(EvidenceKind.Log, "log|web-1|app|previous", "Log of app before its last restart", new string('x', 10_000) + "the end", At, "web-1", "app", Previous: true),
                new(EvidenceKind.Rollout, "rollout", "Last rollouts of web", "revision 3: web-6c8f, created 2025-03-01T11:58:00Z, replicas 2 wanted 0 ready, image web:3\nrevision 2: web-5b7e, created at an unknown time, replicas 0 wanted 0 ready, image web:2\n", At),
            ],
        });

        var facts = Assert.Single(await Projections.ReadAsync([id, 999], Token));
        Assert.Equal((id, "prod", "shop", "Deployment", "web", 5L), (facts.Id, facts.ClusterName, facts.Namespace, facts.WorkloadKind, facts.Workload, facts.Occurrences));
        Assert.Equal((IncidentType.CrashLoopBackOff, FailureFamily.StartAndCrash, IncidentStatus.Open), (facts.Type, facts.Family, facts.Status));
        Assert.Equal([new PodFact("web-2", "node-1"), new PodFact("web-1", "node-1")], facts.Pods);
        Assert.Equal(new RolloutFact("web-6c8f", "revision 3", new(2025, 3, 1, 11, 58, 0, TimeSpan.Zero)) { Images = "web:3" }, Assert.Single(facts.Rollouts));
        var log = Assert.Single(facts.Evidence, evidence => evidence.Kind == EvidenceKind.Log);
        Assert.True(log.Text.Length <= 8192);
        Assert.EndsWith("the end", log.Text, StringComparison.Ordinal);
        Assert.Contains(facts.Evidence, evidence => evidence.Text == "Message of a");
    }

    [Fact]
    public async Task Begin_UnderWay_GoesOnUnlessAgain()
    {
        await IncidentsAsync(5);
        Assert.Null(await Projections.GetAsync(Projectors.Vectors, Token));
        var begun = await Projections.BeginAsync(Projectors.Vectors, "m/3", again: false, Token);
        Assert.Equal(("m/3", null, 0L, 5L, true), (begun.Target, begun.Serving, begun.Done, begun.Total, begun.Rebuilding));
        await CompleteAllAsync(Projectors.Vectors);
        Assert.True(await Projections.EnqueueAsync(Projectors.Vectors, 3, Token));
        Engines.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(begun.StartedAt, (await Projections.BeginAsync(Projectors.Vectors, "m/3", again: false, Token)).StartedAt);
        Assert.Equal(3, await CompleteAllAsync(Projectors.Vectors));
        Assert.Equal(3, (await Projections.GetAsync(Projectors.Vectors, Token))!.Done);

        var again = await Projections.BeginAsync(Projectors.Vectors, "m/3", again: true, Token);
        Assert.Equal((0L, begun.StartedAt + TimeSpan.FromMinutes(1)), (again.Done, again.StartedAt));
    }

    [Fact]
    public async Task Rebuild_ToTheEnd_ServesTheTargetOnceAllIsProjected()
    {
        await IncidentsAsync(5);
        await Projections.BeginAsync(Projectors.Vectors, "m/3", again: false, Token);
        Assert.True(await Projections.EnqueueAsync(Projectors.Vectors, 3, Token));
        Assert.False(await Projections.EnqueueAsync(Projectors.Vectors, 3, Token));
        Assert.True((await Projections.SettleAsync(Projectors.Vectors, Token))!.Rebuilding);

        Assert.Equal(5, await CompleteAllAsync(Projectors.Vectors));
        var settled = (await Projections.SettleAsync(Projectors.Vectors, Token))!;
        Assert.Equal(("m/3", false, 5L, 5L), (settled.Serving, settled.Rebuilding, settled.Done, settled.Total));
        Assert.Equal(new ProjectionPlaces("m/3", "m/3"), await Projections.GetPlacesAsync(Projectors.Vectors, Token));

        var next = await Projections.BeginAsync(Projectors.Vectors, "n/4", again: false, Token);
        Assert.Equal(("n/4", "m/3", true), (next.Target, next.Serving, next.Rebuilding));
    }

    [Fact]
    public async Task Rebuild_ProcessEnds_GoesOnWhereItWas()
    {
        await IncidentsAsync(5);
        await Projections.BeginAsync(Projectors.Graph, "graph", again: false, Token);
        await CompleteAllAsync(Projectors.Graph);
        Assert.True(await Projections.EnqueueAsync(Projectors.Graph, 2, Token));
        await CompleteAllAsync(Projectors.Graph);
        await Engines.RestartAsync();

        Assert.Equal(2, (await Projections.GetAsync(Projectors.Graph, Token))!.Done);
        Assert.False(await Projections.EnqueueAsync(Projectors.Graph, 10, Token));
        Assert.Equal(3, await CompleteAllAsync(Projectors.Graph));
        Assert.False((await Projections.SettleAsync(Projectors.Graph, Token))!.Rebuilding);
    }

    [Fact]
    public async Task Rebuild_WhatChangesMeanwhile_ComesFirst()
    {
        await IncidentsAsync(3);
        await CompleteAllAsync(Projectors.Vectors);
        await Projections.BeginAsync(Projectors.Vectors, "m/3", again: false, Token);
        await Projections.EnqueueAsync(Projectors.Vectors, 10, Token);
        await Engines.IngestAsync(Make.Event("late", "late", 1, At));

        var first = Assert.Single(await Engines.Outbox.ClaimAsync(Projectors.Vectors, 1, Claimed, Token));
        Assert.Equal("late", Assert.Single(await Projections.ReadAsync([first.Subject], Token)).Workload);
    }

    [Fact]
    public async Task Rebuild_ItemClaimedBeforeIt_IsNotCompletedByThatClaim()
    {
        await IncidentsAsync(1);
        var claimed = await Engines.Outbox.ClaimAsync(Projectors.Vectors, 10, Claimed, Token);
        await Projections.BeginAsync(Projectors.Vectors, "m/3", again: false, Token);
        await Projections.EnqueueAsync(Projectors.Vectors, 10, Token);
        await Engines.Outbox.CompleteAsync(claimed, Token);

        Assert.True((await Projections.SettleAsync(Projectors.Vectors, Token))!.Rebuilding);
        Assert.Equal(1, await CompleteAllAsync(Projectors.Vectors));
        Assert.False((await Projections.SettleAsync(Projectors.Vectors, Token))!.Rebuilding);
    }

    [Fact]
    public async Task Rebuild_OfIncidentsThatAreGone_NamesThemToo()
    {
        var ids = await IncidentsAsync(3);
        await Engines.Retention.DeleteAsync(ids[1], Token);
        await CompleteAllAsync(Projectors.Graph);
        await Projections.BeginAsync(Projectors.Graph, "graph", again: false, Token);
        await Projections.EnqueueAsync(Projectors.Graph, 10, Token);

        var items = await Engines.Outbox.ClaimAsync(Projectors.Graph, 10, Claimed, Token);
        Assert.Contains(ids[1], items.Select(item => item.Subject));
        Assert.Equal([ids[0], ids[2]], (await Projections.ReadAsync([.. items.Select(item => item.Subject)], Token)).Select(facts => facts.Id).Order());
    }

    [Fact]
    public async Task Settle_OnePutAside_CompletesWithoutIt()
    {
        await IncidentsAsync(2);
        await Projections.BeginAsync(Projectors.Vectors, "m/3", again: false, Token);
        await Projections.EnqueueAsync(Projectors.Vectors, 10, Token);
        var items = await Engines.Outbox.ClaimAsync(Projectors.Vectors, 10, Claimed, Token);
        await Engines.Outbox.DeadLetterAsync(items[0], "refused", Token);
        await Engines.Outbox.CompleteAsync([items[1]], Token);

        Assert.Equal(1, (await Projections.GetAsync(Projectors.Vectors, Token))!.Done);
        Assert.Equal("m/3", (await Projections.SettleAsync(Projectors.Vectors, Token))!.Serving);
        Assert.Equal((0L, 1L), Assert.Single(await Engines.Outbox.CountAsync(Token), count => count.Projector == Projectors.Vectors) is var count ? (count.Waiting, count.DeadLetters) : default);
    }

    [Fact]
    public async Task Count_SaysSinceWhenALiveChangeWaits_HistoryAndRebuildsDoNot()
    {
        await Engines.IngestAsync(Make.Event("old", "s", 1, At) with { History = true });
        await Projections.BeginAsync(Projectors.Graph, "graph", again: false, Token);
        await Projections.EnqueueAsync(Projectors.Graph, 10, Token);
        Assert.All(await Engines.Outbox.CountAsync(Token), count => Assert.Null(count.OldestAt));

        var first = Engines.Time.GetUtcNow();
        await Engines.IngestAsync(Make.Event("web", "a", 1, At));
        await Engines.PassAsync(TimeSpan.FromMinutes(1));
        await Engines.IngestAsync(Make.Event("cart", "b", 1, At));

        Assert.Equal(first, await OldestAsync(Projectors.Vectors));
        // Claimed it still waits; projected it does not.
        await Engines.Outbox.ClaimAsync(Projectors.Vectors, 10, Claimed, Token);
        Assert.Equal(first, await OldestAsync(Projectors.Vectors));
        await CompleteAllAsync(Projectors.Live);
        Assert.Null(await OldestAsync(Projectors.Live));
    }

    [Fact]
    public async Task Rebuild_WithoutIncidents_IsCompleteAtOnce()
    {
        await Projections.BeginAsync(Projectors.Vectors, "m/3", again: false, Token);
        Assert.False(await Projections.EnqueueAsync(Projectors.Vectors, 10, Token));
        Assert.Equal("m/3", (await Projections.SettleAsync(Projectors.Vectors, Token))!.Serving);
    }

    private async Task<DateTimeOffset?> OldestAsync(string projector) =>
        (await Engines.Outbox.CountAsync(Token)).FirstOrDefault(count => count.Projector == projector)?.OldestAt;

    private async Task<long[]> IncidentsAsync(int count)
    {
        await Engines.IngestAsync(Enumerable.Range(0, count).Select(i => Make.Event($"w{i}", $"s{i}", 1, At + TimeSpan.FromSeconds(i))));
        return [.. (await Engines.IncidentsAsync()).Select(incident => incident.Id).Order()];
    }

    private async Task<int> CompleteAllAsync(string projector)
    {
        var items = await Engines.Outbox.ClaimAsync(projector, 1000, Claimed, Token);
        await Engines.Outbox.CompleteAsync(items, Token);
        return items.Count;
    }
}
