using KubeMemory.Api.Retention;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Retention;
using KubeMemory.Engines;
using KubeMemory.Engines.Startup;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace KubeMemory.Tests.Api.Retention;

public sealed class RetentionWorkerTests : IAsyncLifetime
{
    private EmbeddedEngineSet _engines = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engines = await EmbeddedEngineSet.OpenAsync();

    public ValueTask DisposeAsync() => _engines.DisposeAsync();

    [Fact]
    public async Task Sweep_MoreThanOneBatchIsOld_CompactsAllOfThemAndNothingYounger()
    {
        await _engines.IngestAsync(Enumerable.Range(0, 230).Select(i => Make.Event($"w{i}", $"s{i}", 1, EngineSet.Start)));
        foreach (var id in (await AllAsync()).Select(incident => incident.Id))
        {
            await _engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        }

        using var worker = new RetentionWorker(_engines.Retention, _engines.Audit, new RetentionOptions(), _engines.Time, NullLogger<RetentionWorker>.Instance, EnginesReady.Completed());
        _engines.Time.Advance(TimeSpan.FromDays(399));
        await worker.SweepAsync(Token);
        Assert.DoesNotContain(await AllAsync(), incident => incident.Compacted);

        await _engines.IngestAsync(Make.Event("young", "young", 1, _engines.Time.GetUtcNow()));
        _engines.Time.Advance(TimeSpan.FromDays(2));
        await worker.SweepAsync(Token);
        Assert.Equal(["young"], (await AllAsync()).Where(incident => !incident.Compacted).Select(incident => incident.Workload));
    }

    [Fact]
    public async Task Sweep_MoreThanOneBatchOfOldAuditEntries_DropsAllOfThemAndNothingYounger()
    {
        for (var i = 0; i < 230; i++)
        {
            await _engines.Audit.BeginAsync(Entry("old"), Token);
        }

        _engines.Time.Advance(TimeSpan.FromDays(10));
        await _engines.Audit.BeginAsync(Entry("young"), Token);
        using var worker = new RetentionWorker(
            _engines.Retention, _engines.Audit, new RetentionOptions { AuditFor = TimeSpan.FromDays(30) }, _engines.Time, NullLogger<RetentionWorker>.Instance, EnginesReady.Completed());
        _engines.Time.Advance(TimeSpan.FromDays(19));
        await worker.SweepAsync(Token);
        Assert.Equal(231, (await _engines.Audit.ListAsync(null, 1, Token)).Count);

        _engines.Time.Advance(TimeSpan.FromDays(2));
        await worker.SweepAsync(Token);
        Assert.Equal("young", Assert.Single((await _engines.Audit.ListAsync(null, 10, Token)).Results).Entry.User);
    }

    [Fact]
    public async Task Sweep_AnalysisThatNoIncidentHas_IsForgottenWhenOld()
    {
        await _engines.IngestAsync(Make.Event("web", "a", 1, EngineSet.Start));
        var id = (await _engines.OnlyIncidentAsync()).Id;
        await AnalyseAsync(id, "before");
        await AnalyseAsync(id, "now");
        using var worker = new RetentionWorker(_engines.Retention, _engines.Audit, new RetentionOptions(), _engines.Time, NullLogger<RetentionWorker>.Instance, EnginesReady.Completed());
        _engines.Time.Advance(TimeSpan.FromDays(399));
        await worker.SweepAsync(Token);
        Assert.NotNull((await BeginAsync(id, "before")).Known);

        _engines.Time.Advance(TimeSpan.FromDays(2));
        await worker.SweepAsync(Token);
        Assert.Null((await BeginAsync(id, "before")).Known);
        Assert.Equal("now", (await _engines.Analyses.GetAsync(id, Token))!.Result!.AnalysisKey);
    }

    [Fact]
    public void Settings_AuditForLessThanAMonth_IsRefused()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("KubeMemory:Retention:AuditFor", "29.23:59:59")]).Build();

        var mistake = Assert.Throws<OptionsValidationException>(() => RetentionSettings.Read(configuration));
        Assert.Equal("KubeMemory:Retention:AuditFor is 29.23:59:59: set at least 30 days (30.00:00:00).", mistake.Message);
    }

    [Fact]
    public async Task Ingest_CompactedIncidentComesBack_IsNotCompactedAnyMore()
    {
        await _engines.IngestAsync(Make.Event("web", "a", 1, EngineSet.Start));
        var id = (await _engines.OnlyIncidentAsync()).Id;
        await _engines.Reader.SetStatusAsync(id, IncidentStatus.Resolved, Token);
        Assert.Equal(1, await _engines.Retention.CompactAsync(EngineSet.Start + TimeSpan.FromDays(1), 10, Token));
        Assert.True((await _engines.OnlyIncidentAsync()).Compacted);
        await _engines.IngestAsync(Make.Event("web", "b", 1, EngineSet.Start + TimeSpan.FromMinutes(5)));

        var again = await _engines.OnlyIncidentAsync();
        Assert.Equal((id, IncidentStatus.Open, false), (again.Id, again.Status, again.Compacted));
    }

    private async Task AnalyseAsync(long id, string key)
    {
        var (claim, _) = await BeginAsync(id, key);
        var result = new AnalysisResult
        {
            AnalysisKey = key,
            IncidentId = id,
            Verdict = Verdict.Inconclusive,
            RootCause = "Nobody knows.",
            Steps = [],
            Prevention = [],
            Confidence = 0,
            ConfidenceOrigin = "Nothing is known.",
            Sources = [],
            DurationMs = 1,
            PromptVersion = "1",
            At = EngineSet.Start,
        };
        Assert.True(await _engines.Analyses.CompleteAsync(claim, result, reused: false, Token));
    }

    private async Task<(AnalysisClaim Claim, AnalysisResult? Known)> BeginAsync(long id, string key)
    {
        // What was begun before is not to be met again.
        await _engines.Analyses.CancelAsync(id, Token);
        await _engines.Analyses.RequestAsync(id, 1, force: false, Token);
        var claim = Assert.Single(await _engines.Analyses.ClaimAsync(1, TimeSpan.FromMinutes(1), Token));
        return (claim, (await _engines.Analyses.BeginAsync(claim, key, force: false, TimeSpan.FromMinutes(1), Token)).Known);
    }

    private AuditEntry Entry(string user) => new(_engines.Time.GetUtcNow(), user, "operator", "POST /api/reindex", "/api/reindex", null, null);

    private async Task<IReadOnlyList<IncidentSummary>> AllAsync()
    {
        var first = await _engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200 }, Token);
        var second = first.Next is null ? [] : (await _engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200, Cursor = first.Next }, Token)).Results;
        return [.. first.Results, .. second];
    }
}
