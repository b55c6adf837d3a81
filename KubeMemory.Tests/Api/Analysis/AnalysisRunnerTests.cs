using KubeMemory.Api.Analysis;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Analysis;

public sealed class AnalysisRunnerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(AnalysisSamples.Now);
    private readonly FakeIncidentReader _incidents = new();
    private readonly FakeLiveFeed _live = new();
    private readonly FakeFixes _fixes = new();
    private readonly RunningAnalyses _running = new();
    private readonly AnalysisOptions _options = new();
    private readonly FakeAnalyses _analyses;
    private FakeModel? _model;

    public AnalysisRunnerTests() => _analyses = new FakeAnalyses(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AnIncident_IsDone_AndSaidSo()
    {
        await AskAsync(1);

        await RunAllAsync();

        var view = await ViewAsync(1);
        Assert.Equal((AnalysisState.Done, "postgres.data"), (view.State, view.Result!.Thing));
        Assert.Equal([AnalysisState.Running, AnalysisState.Done], (await SaidAsync(2)).Select(said => said.State));
    }

    [Fact]
    public async Task Run_TheSameKeyAgain_CostsNothing()
    {
        _model = new FakeModel();
        for (var id = 1; id <= 20; id++)
        {
            await AskAsync(id, AnalysisSamples.Incident(id, workload: $"w{id}"));
        }

        await RunAllAsync();

        Assert.Equal((1, 19), (_analyses.Completed, _analyses.Reused));
        Assert.Single(_model.Asked);
        Assert.Equal(AnalysisState.Done, (await ViewAsync(20)).State);
    }

    [Fact]
    public async Task Run_OnDemand_IsRunThoughTheKeyIsKnown()
    {
        await AskAsync(1);
        await RunAllAsync();

        await _analyses.RequestAsync(1, AnalysisPriority.OnDemand, force: true, Token);
        await RunAllAsync();

        Assert.Equal((2, 0), (_analyses.Completed, _analyses.Reused));
    }

    [Fact]
    public async Task Run_AfterACorrection_TakesItIntoAccount()
    {
        await AskAsync(1);
        await RunAllAsync();
        _fixes.Guidance = new FixGuidance([], [AnalysisSamples.Correction(5, 77)]);

        await AskAsync(2, AnalysisSamples.Incident(2, workload: "billing"));
        await RunAllAsync();

        Assert.Null((await ViewAsync(1)).Result!.Correction);
        Assert.Contains("ada corrected: The network policy denied DNS.", (await ViewAsync(2)).Result!.Correction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ModelOut_TheRulesSpeak_AndTheModelIsHeardWhenItIsBack()
    {
        _model = new FakeModel();
        _model.IsOut();
        await AskAsync(1);

        await RunAllAsync();

        var waiting = await ViewAsync(1);
        Assert.Equal((AnalysisState.Queued, Verdict.Confirmed, null), (waiting.State, waiting.Result!.Verdict, waiting.Result.Model));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(1), waiting.RetryAt);
        Assert.Equal("The rules have spoken; the model is asked again. Ollama at localhost:11434 does not answer: Connection refused.", waiting.Reason);
        Assert.Single(_model.Asked);

        _model.Says = (_, _, _) => Task.FromResult<ModelRecommendation?>(FakeModel.Word());
        _time.Advance(TimeSpan.FromMinutes(1));
        await RunAllAsync();

        var done = await ViewAsync(1);
        Assert.Equal((AnalysisState.Done, "Fake qwen", null), (done.State, done.Result!.Model, done.Result.ModelFault));
    }

    [Fact]
    public async Task Run_ModelOutForGood_IsAskedSoOftenAndNoMore()
    {
        _model = new FakeModel();
        _model.IsOut();
        await AskAsync(1);

        for (var hour = 0; hour < 48; hour++)
        {
            await RunAllAsync();
            _time.Advance(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(1 + _options.Attempts, _model.Asked.Count);
        var view = await ViewAsync(1);
        Assert.Equal((AnalysisState.Done, Verdict.Confirmed), (view.State, view.Result!.Verdict));
        Assert.NotNull(view.Result.ModelFault);
    }

    [Fact]
    public async Task Run_BudgetSpent_TheRulesSpeak_AndNothingIsAskedAgain()
    {
        _model = new FakeModel();
        _options.TokensPerDay = 5000;
        _analyses.TokensToday = 5000;
        await AskAsync(1);

        await RunAllAsync();

        var view = await ViewAsync(1);
        Assert.Equal((AnalysisState.Done, "Today's 5,000 tokens (KubeMemory:Analysis:TokensPerDay) are spent; the rules alone speak until midnight UTC."), (view.State, view.Result!.ModelFault));
        Assert.Empty(_model.Asked);
    }

    [Fact]
    public async Task Run_BudgetOfAnotherDay_TheModelIsHeardForTheNextOfTheKey()
    {
        _model = new FakeModel();
        _options.TokensPerDay = 5000;
        _analyses.TokensToday = 5000;
        await AskAsync(1);
        await RunAllAsync();
        _time.Advance(TimeSpan.FromDays(1));
        _analyses.TokensToday = 0;

        await AskAsync(2);
        await RunAllAsync();

        Assert.Single(_model.Asked);
        Assert.Equal("Fake qwen", (await ViewAsync(1)).Result!.Model);
    }

    [Fact]
    public async Task Run_AFault_IsTriedAgainLater_AndGivenUpWithTheReason()
    {
        _model = new FakeModel { Says = (_, _, _) => throw new InvalidOperationException("The answer has no end.") };
        await AskAsync(1);

        await RunAllAsync();
        var first = await ViewAsync(1);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await RunAllAsync();
        }

        Assert.Equal((AnalysisState.Queued, "KubeMemory could not analyse it: The answer has no end.", AnalysisSamples.Now + _options.RetryAfter), (first.State, first.Reason, first.RetryAt));
        var last = await ViewAsync(1);
        Assert.Equal((AnalysisState.Failed, "KubeMemory could not analyse it: The answer has no end."), (last.State, last.Reason));
        Assert.Equal(_options.Attempts, _model.Asked.Count);
        Assert.Contains(AnalysisState.Failed, (await SaidAsync(2 * _options.Attempts)).Select(said => said.State));
    }

    [Fact]
    public async Task Run_TheStoreOut_IsTriedForAsLongAsItTakes()
    {
        await AskAsync(1);
        _incidents.Fault = new EngineUnavailableException("PostgreSQL at db:5432", new IOException("Connection refused"));
        for (var i = 0; i < 50; i++)
        {
            await RunAllAsync();
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal("PostgreSQL at db:5432 does not answer: Connection refused.", (await ViewAsync(1)).Reason);
        _incidents.Fault = null;
        await RunAllAsync();

        Assert.Equal(AnalysisState.Done, (await ViewAsync(1)).State);
    }

    [Fact]
    public async Task Run_AnotherIsAtTheKey_WaitsForIt_WithoutATry()
    {
        await AskAsync(1);
        await AskAsync(2);
        var claims = await _analyses.ClaimAsync(2, AnalysisRunner.ClaimedFor, Token);
        var key = (await Pipeline().PrepareAsync(1, Token))!.Key;
        await _analyses.BeginAsync(claims[0], key, force: false, AnalysisRunner.ClaimedFor, Token);

        await Runner().RunAsync(claims[1], Token);

        Assert.Equal((AnalysisState.Queued, null), (await ViewAsync(2) is var view ? (view.State, view.Reason) : default));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Assert.Single(await _analyses.ClaimAsync(2, AnalysisRunner.ClaimedFor, Token)).Attempts);
    }

    [Fact]
    public async Task Run_Cancelled_StopsTheModel_AndStoresNothing()
    {
        var (asked, gone) = (NewSignal(), NewSignal());
        _model = new FakeModel
        {
            Says = async (_, _, token) =>
            {
                asked.SetResult();
                await using var end = token.Register(() => gone.SetResult());
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                return null;
            },
        };
        await AskAsync(1);
        var run = Runner().RunAsync((await _analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token))[0], Token);
        await asked.Task.WaitAsync(Patience, Token);

        await _analyses.CancelAsync(1, Token);
        await _running.CancelAsync(1);
        await run.WaitAsync(Patience, Token);

        await gone.Task.WaitAsync(Patience, Token);
        Assert.Equal((AnalysisState.Cancelled, null), (await ViewAsync(1) is var view ? (view.State, view.Result) : default));
    }

    [Fact]
    public async Task Run_CancelledByAnotherProcess_StopsAtTheNextBeat()
    {
        var asked = NewSignal();
        _model = new FakeModel
        {
            Says = async (_, _, token) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                return null;
            },
        };
        await AskAsync(1);
        var run = Runner().RunAsync((await _analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token))[0], Token);
        await asked.Task.WaitAsync(Patience, Token);
        await _analyses.CancelAsync(1, Token);

        _time.Advance(TimeSpan.FromSeconds(5));

        await run.WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task Run_Drafts_AreSaidTwiceASecondAtMost_AndAreThereToRead()
    {
        var (asked, go) = (NewSignal(), NewSignal());
        _model = new FakeModel
        {
            Says = async (_, draft, _) =>
            {
                for (var i = 0; i < 100; i++)
                {
                    draft!.Report($"The host is {i}\u200b password=hunter2hunter2");
                }

                asked.SetResult();
                await go.Task;
                return FakeModel.Word();
            },
        };
        await AskAsync(1);
        var run = Runner().RunAsync((await _analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token))[0], Token);
        await asked.Task.WaitAsync(Patience, Token);

        Assert.Equal("The host is 99 password=[redacted]", _running.DraftOf(1));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        var said = await SaidAsync(2);
        go.SetResult();
        await run.WaitAsync(Patience, Token);

        Assert.Equal((AnalysisState.Running, "The host is 99 password=[redacted]"), (said[1].State, said[1].Draft));
        Assert.Equal(AnalysisState.Done, (await SaidAsync(3))[2].State);
        Assert.Null(_running.DraftOf(1));
    }

    [Fact]
    public async Task Run_TheProcessEnds_GivesItBackAtOnce_WithoutATry()
    {
        using var stopping = new CancellationTokenSource();
        var asked = NewSignal();
        _model = new FakeModel
        {
            Says = async (_, _, token) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                return null;
            },
        };
        await AskAsync(1);
        var run = Runner().RunAsync((await _analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token))[0], stopping.Token);
        await asked.Task.WaitAsync(Patience, Token);

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience, Token));

        Assert.Equal(0, Assert.Single(await _analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token)).Attempts);
    }

    [Fact]
    public async Task Run_TheLiveFeedOut_HarmsNothing()
    {
        await AskAsync(1);

        await Runner(new BrokenFeed()).RunAsync((await _analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token))[0], Token);

        Assert.Equal(AnalysisState.Done, (await ViewAsync(1)).State);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AskAsync(long id, IncidentDetail? incident = null)
    {
        _incidents.Add(incident ?? AnalysisSamples.Incident(id));
        await _analyses.RequestAsync(id, 1, force: false, Token);
    }

    /// <summary>One after the other, until nothing is due.</summary>
    private async Task RunAllAsync()
    {
        while (await _analyses.ClaimAsync(1, AnalysisRunner.ClaimedFor, Token) is [var claim])
        {
            await Runner().RunAsync(claim, Token);
        }
    }

    private async Task<AnalysisView> ViewAsync(long id) => (await _analyses.GetAsync(id, Token))!;

    private async Task<List<AnalysisProgress>> SaidAsync(int count)
    {
        var said = new List<AnalysisProgress>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        await foreach (var entry in _live.ReadAsync("0", limit.Token))
        {
            Assert.Equal(LiveChangeKinds.Analysis, entry.Change.Kind);
            said.Add(entry.Change.Analysis!);
            if (said.Count == count)
            {
                break;
            }
        }

        return said;
    }

    private AnalysisPipeline Pipeline() =>
        new(_incidents, AnalysisSamples.Diagnoser, new Retrieve(null, _fixes), new Correlate(), _time, _model);

    private AnalysisRunner Runner(ILiveFeed? feed = null) => new(
        _analyses, Pipeline(), new AnalysisFeed(feed ?? _live, NullLogger<AnalysisFeed>.Instance), _running, _options, new NoOutbox(), _time, NullLogger<AnalysisRunner>.Instance);

    private sealed class BrokenFeed : ILiveFeed
    {
        public Task PublishAsync(LiveChange change, CancellationToken cancellationToken) => throw new EngineUnavailableException("Redis at redis:6379", new IOException("Connection refused"));

        public Task<string> GetEndAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<LiveEntry> ReadAsync(string? afterId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
