using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Retention;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What the store of each size forgets.</summary>
public abstract class RetentionContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    protected EngineSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IRetention Retention => Engines.Retention;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task DropLogs_OlderThanTheLimit_LeavesTheRestAndSaysSoToTheProjections()
    {
        var id = await IncidentAsync("web");
        Engines.Time.Advance(10 * Day);
        var young = await IncidentAsync("api");
        await DrainAsync();

        Assert.Equal(1, await Retention.DropLogsAsync(Engines.Time.GetUtcNow() - Day, 10, Token));
        var detail = await Engines.DetailAsync(id);
        Assert.Empty(detail.RawLogs);
        Assert.Contains(detail.Evidence, evidence => evidence.Kind == EvidenceKind.Event);
        Assert.NotEmpty((await Engines.DetailAsync(young)).RawLogs);
        Assert.Equal([(Projectors.Graph, id), (Projectors.Vectors, id)], await WaitingAsync());
        Assert.Equal(0, await Retention.DropLogsAsync(Engines.Time.GetUtcNow() - Day, 10, Token));
    }

    [Fact]
    public async Task Compact_ResolvedAndOld_KeepsTheSummaryAlone()
    {
        var id = await IncidentAsync("web");
        var open = await IncidentAsync("open");
        await Engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        Engines.Time.Advance(10 * Day);
        await DrainAsync();

        Assert.Equal(1, await Retention.CompactAsync(Engines.Time.GetUtcNow() - Day, 10, Token));
        var detail = await Engines.DetailAsync(id);
        Assert.True(detail.Compacted);
        Assert.Equal(("web", 3L, "CrashLoopBackOff of web"), (detail.Workload, detail.Occurrences, detail.Description));
        Assert.Empty(detail.Evidence);
        Assert.Empty(detail.Timeline);
        Assert.Empty(detail.Activity);
        Assert.Empty(detail.Pods);
        Assert.False((await Engines.DetailAsync(open)).Compacted);
        Assert.Equal([(Projectors.Graph, id), (Projectors.Vectors, id)], await WaitingAsync());
        Assert.Equal(0, await Retention.CompactAsync(Engines.Time.GetUtcNow() - Day, 10, Token));
    }

    [Fact]
    public async Task Compact_Stale_IsCompactedToo()
    {
        var id = await IncidentAsync("web");
        Engines.Time.Advance(TimeSpan.FromDays(1));
        await Engines.Lifecycle.SweepAsync(Token);
        Assert.Equal(IncidentStatus.Stale, (await Engines.DetailAsync(id)).Status);
        Engines.Time.Advance(10 * Day);

        Assert.Equal(1, await Retention.CompactAsync(Engines.Time.GetUtcNow() - Day, 10, Token));
        Assert.True((await Engines.DetailAsync(id)).Compacted);
    }

    [Fact]
    public async Task Compact_IncidentThatComesBack_IsWholeAgain()
    {
        var id = await IncidentAsync("web");
        await Engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        // Imported late, it is older in the store than in its cluster.
        Engines.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await Retention.CompactAsync(Engines.Time.GetUtcNow(), 10, Token));
        Assert.True((await Engines.DetailAsync(id)).Compacted);

        await Engines.IngestAsync(Make.Event("web", "again", 2, At + TimeSpan.FromMinutes(5)));
        var detail = await Engines.DetailAsync(id);
        Assert.False(detail.Compacted);
        Assert.NotEqual(IncidentStatus.Resolved, detail.Status);
        Assert.NotEmpty(detail.Evidence);
        Assert.NotEmpty(detail.Timeline);
        Assert.Equal("web-1", Assert.Single(detail.Pods).Name);

        // And may be compacted again, once it is old again.
        await Engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        Engines.Time.Advance(10 * Day);
        Assert.Equal(1, await Retention.CompactAsync(Engines.Time.GetUtcNow() - Day, 10, Token));
    }

    [Fact]
    public async Task Compact_ImportedOldCapture_CountsFromWhenItWasStored()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 3, At - (800 * Day)));
        var id = (await Engines.OnlyIncidentAsync()).Id;
        await Engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);

        Assert.Equal(0, await Retention.CompactAsync(At - (400 * Day), 10, Token));
    }

    [Fact]
    public async Task Delete_Incident_LeavesTombstonesForEveryEngine()
    {
        var id = await IncidentAsync("web");
        var other = await IncidentAsync("api");
        await DrainAsync();

        Assert.True(await Retention.DeleteAsync(id, Token));
        Assert.False(await Retention.DeleteAsync(id, Token));
        Assert.Null(await Engines.Reader.GetAsync(id, Token));
        Assert.Equal(other, (await Engines.OnlyIncidentAsync()).Id);
        Assert.Empty(await Engines.Projections.ReadAsync([id], Token));
        var tombstones = await ClaimAsync();
        Assert.Equal([(Projectors.Graph, id), (Projectors.Live, id), (Projectors.Vectors, id)], tombstones.Select(item => (item.Projector, item.Subject)).Order());
        Assert.All(tombstones, item => Assert.Equal(LiveChangeKinds.Deleted, item.Kind));
    }

    [Fact]
    public async Task Delete_ProblemThatGoesOn_OpensANewIncident()
    {
        var id = await IncidentAsync("web");
        await Retention.DeleteAsync(id, Token);
        await Engines.IngestAsync(Make.Event("web", "web", 4, At + TimeSpan.FromMinutes(1)));

        Assert.NotEqual(id, (await Engines.OnlyIncidentAsync()).Id);
    }

    private async Task<long> IncidentAsync(string workload)
    {
        await Engines.IngestAsync(Make.Event(workload, workload, 3, At));
        var id = (await Engines.IncidentsAsync()).Single(incident => incident.Workload == workload).Id;
        await Engines.IngestAsync(new EvidenceSignal
        {
            ClusterId = Make.Cluster,
            IncidentId = id,
            Items = [new(EvidenceKind.Log, "log|1|app|previous", "Log", "panic", At, $"{workload}-1", "app", Previous: true)],
        });
        return id;
    }

    private async Task<IEnumerable<(string, long)>> WaitingAsync() => (await ClaimAsync()).Select(item => (item.Projector, item.Subject)).Order();

    private Task<List<OutboxItem>> DrainAsync() => ClaimAsync();

    private async Task<List<OutboxItem>> ClaimAsync()
    {
        var all = new List<OutboxItem>();
        foreach (var projector in (string[])[Projectors.Live, Projectors.LiveStorms, Projectors.Evidence, Projectors.Vectors, Projectors.Graph])
        {
            var items = await Engines.Outbox.ClaimAsync(projector, 1000, TimeSpan.FromMinutes(1), Token);
            await Engines.Outbox.CompleteAsync(items, Token);
            all.AddRange(items);
        }

        return all;
    }
}
