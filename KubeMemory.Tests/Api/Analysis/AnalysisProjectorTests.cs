using KubeMemory.Api.Analysis;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Api.Analysis;

/// <summary>What of an incident's life asks for an analysis, over the embedded store.</summary>
public sealed class AnalysisProjectorTests : IAsyncLifetime
{
    private readonly FakeLiveFeed _live = new();
    private EmbeddedEngineSet _engines = null!;
    private FakeAnalyses _analyses = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _engines = await EmbeddedEngineSet.OpenAsync();
        _analyses = new FakeAnalyses(_engines.Time);
    }

    public ValueTask DisposeAsync() => _engines.DisposeAsync();

    [Fact]
    public async Task Opened_WaitsForItsEvidence_ButNotForEver()
    {
        var id = await OpenAsync();

        var waited = await UntilAskedAsync(id);

        Assert.InRange(waited, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
    }

    [Fact]
    public async Task Opened_AndAnswered_IsAskedForAtOnce()
    {
        var id = await OpenAsync();
        await StepAsync();
        await _engines.IngestAsync(Evidence(id));

        Assert.InRange(await UntilAskedAsync(id), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Opened_OfATypeThatSaysItAll_DoesNotWait()
    {
        var id = await OpenAsync(IncidentType.ImagePullBackOff);

        Assert.Equal(TimeSpan.Zero, await UntilAskedAsync(id));
    }

    [Fact]
    public async Task Answered_WithNothingButWhatIsMissing_IsAskedForAtOnce()
    {
        var id = await OpenAsync();
        await StepAsync();
        await _engines.IngestAsync(Evidence(id) with { Items = [], Missing = ["The log could not be read: forbidden."] });

        Assert.InRange(await UntilAskedAsync(id), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Repeated_AsksForNothing()
    {
        var id = await OpenAsync();
        await UntilAskedAsync(id);
        await _analyses.CancelAsync(id, Token);

        await _engines.IngestAsync(Make.Event("web", "a", 7, _engines.Time.GetUtcNow()) with { LastSeen = _engines.Time.GetUtcNow().AddSeconds(40) });
        await StepAsync();

        Assert.Equal(AnalysisState.Cancelled, (await _analyses.GetAsync(id, Token))!.State);
    }

    [Fact]
    public async Task AnotherType_AsksAgain()
    {
        var id = await OpenAsync();
        await UntilAskedAsync(id);
        await _analyses.CancelAsync(id, Token);

        await _engines.IngestAsync(Make.State("web", "s", _engines.Time.GetUtcNow(), IncidentType.OOMKilled));

        await UntilAskedAsync(id);
    }

    [Fact]
    public async Task Resolved_IsNotAnalysedByItself()
    {
        var id = await OpenAsync();
        await _engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        for (var i = 0; i < 10; i++)
        {
            await StepAsync();
            _engines.Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(AnalysisState.None, (await _analyses.GetAsync(id, Token))!.State);
        Assert.DoesNotContain(await _engines.Outbox.CountAsync(Token), count => count.Projector == Projectors.Analysis);
    }

    [Fact]
    public async Task History_HasTime()
    {
        var at = _engines.Time.GetUtcNow();
        await _engines.IngestAsync(
            Make.Event("old", "o", 1, at, IncidentType.ImagePullBackOff) with { History = true }, Make.Event("new", "n", 1, at, IncidentType.ImagePullBackOff));
        await StepAsync();

        var incidents = await _engines.IncidentsAsync();
        Assert.True(_analyses.PriorityOf(incidents.Single(one => one.Workload == "old").Id) < _analyses.PriorityOf(incidents.Single(one => one.Workload == "new").Id));
    }

    private async Task<long> OpenAsync(IncidentType type = IncidentType.CrashLoopBackOff)
    {
        await _engines.IngestAsync(Make.Event("web", "a", 1, _engines.Time.GetUtcNow(), type));
        return (await _engines.OnlyIncidentAsync()).Id;
    }

    private EvidenceSignal Evidence(long id) => new()
    {
        ClusterId = Make.Cluster,
        IncidentId = id,
        Items = [new EvidenceItem(EvidenceKind.Log, "log|web-1|app|previous", "Log of app before its last restart", "boom", _engines.Time.GetUtcNow(), "web-1", "app", true)],
        Missing = [],
    };

    private Task<int> StepAsync() => new ProjectorLoop(
        _engines.Outbox,
        new AnalysisProjector(_engines.Outbox, _analyses, new AnalysisFeed(_live, NullLogger<AnalysisFeed>.Instance), new AnalysisOptions()),
        _engines.Time,
        NullLogger<ProjectorLoop>.Instance).StepAsync(Token);

    /// <summary>How long it takes until somebody has asked for it, half a second at a time.</summary>
    private async Task<TimeSpan> UntilAskedAsync(long id)
    {
        var began = _engines.Time.GetUtcNow();
        for (var i = 0; i < 200; i++)
        {
            await StepAsync();
            if ((await _analyses.GetAsync(id, Token))!.State == AnalysisState.Queued)
            {
                return _engines.Time.GetUtcNow() - began;
            }

            _engines.Time.Advance(TimeSpan.FromSeconds(0.5));
        }

        throw new InvalidOperationException("Nobody has asked for it.");
    }
}
