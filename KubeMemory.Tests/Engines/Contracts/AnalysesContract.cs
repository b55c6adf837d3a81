using System.Collections.Concurrent;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>The queue of analyses and what comes out of it, in the store of each size.</summary>
public abstract class AnalysesContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    protected EngineSet Engines { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IAnalyses Analyses => Engines.Analyses;

    protected abstract Task<EngineSet> OpenAsync();

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Fact]
    public async Task Get_NobodyHasAsked_SaysNone()
    {
        var id = await IncidentAsync("web");

        Assert.Equal(new AnalysisView(id, AnalysisState.None, null), await Analyses.GetAsync(id, Token));
        Assert.Null(await Analyses.GetAsync(id + 1, Token));
        Assert.False(await Analyses.CancelAsync(id, Token));
        Assert.Empty(await ClaimAsync(10));
    }

    [Fact]
    public async Task Request_NoSuchIncident_IsFalseAndLeavesNothing()
    {
        Assert.False(await Analyses.RequestAsync(4711, 1, force: false, Token));
        Assert.Equal(0, (await Analyses.CountAsync(Token)).Queued);
    }

    [Fact]
    public async Task Claim_SeveralWait_HighestPriorityThenOldestFirst()
    {
        var ids = await IncidentsAsync("low", "older", "newer", "now");
        foreach (var (id, priority) in ids.Zip([0, 2, 2, AnalysisPriority.OnDemand]))
        {
            await Analyses.RequestAsync(id, priority, force: false, Token);
            await Engines.PassAsync(Minute);
        }

        Assert.Equal([ids[3], ids[1]], (await ClaimAsync(2)).Select(claim => claim.IncidentId));
        Assert.Equal([ids[2], ids[0]], (await ClaimAsync(10)).Select(claim => claim.IncidentId));
        Assert.Empty(await ClaimAsync(10));
    }

    [Fact]
    public async Task Request_OneWaitsAlready_HigherPriorityAndForceStay()
    {
        var id = await IncidentAsync("web");
        await Analyses.RequestAsync(id, 1, force: true, Token);
        await Analyses.RequestAsync(id, 3, force: false, Token);
        await Analyses.RequestAsync(id, 2, force: false, Token);

        var claim = Assert.Single(await ClaimAsync(10));
        Assert.Equal((3, true, 0), (claim.Priority, claim.Force, claim.Attempts));
    }

    [Fact]
    public async Task Complete_FirstOfAKey_IsSeenOnTheIncidentAndCounted()
    {
        var id = await IncidentAsync("web");
        await Analyses.RequestAsync(id, 1, force: false, Token);
        var queued = (await Analyses.GetAsync(id, Token))!;
        Assert.Equal((AnalysisState.Queued, At, null, null), (queued.State, queued.QueuedAt!.Value, queued.StartedAt, queued.RetryAt));
        await Engines.PassAsync(Minute);
        var claim = Assert.Single(await ClaimAsync(1));
        Assert.Equal((AnalysisState.Running, At + Minute), ((await Analyses.GetAsync(id, Token))!.State, (await Analyses.GetAsync(id, Token))!.StartedAt!.Value));

        Assert.Equal((null, true), await BeginAsync(claim, "k"));
        Assert.True(await Analyses.CompleteAsync(claim, Result(claim, "k"), reused: false, Token));
        var view = (await Analyses.GetAsync(id, Token))!;
        Assert.Equal(AnalysisState.Done, view.State);
        AssertSame(Result(claim, "k"), view.Result!);
        Assert.Equal(new AnalysisCounts(0, 0, 0, 0, CompletedToday: 1, ReusedToday: 0, TokensToday: 30), await Analyses.CountAsync(Token));
        Assert.False(await Analyses.CompleteAsync(claim, Result(claim, "other"), reused: false, Token));
        AssertSame(Result(claim, "k"), (await Analyses.GetAsync(id, Token))!.Result!);

        await Engines.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal(new AnalysisCounts(0, 0, 0, 0, 0, 0, 0), await Analyses.CountAsync(Token));
    }

    [Fact]
    public async Task Begin_KeyIsKnown_IsReusedUnlessForced()
    {
        var ids = await IncidentsAsync("web", "api");
        await AnalyseAsync(ids[0], "k");
        await Analyses.RequestAsync(ids[1], 1, force: false, Token);
        var claim = Assert.Single(await ClaimAsync(1));

        var (known, reserved) = await BeginAsync(claim, "k");
        Assert.False(reserved);
        Assert.Equal(ids[0], known!.IncidentId);
        Assert.True(await Analyses.CompleteAsync(claim, known, reused: true, Token));
        Assert.Equal(ids[0], (await Analyses.GetAsync(ids[1], Token))!.Result!.IncidentId);
        Assert.Equal((1, 1, 30), await TodayAsync());

        await Analyses.RequestAsync(ids[1], 1, force: true, Token);
        var forced = Assert.Single(await ClaimAsync(1));
        Assert.True(forced.Force);
        Assert.Equal((null, true), await Analyses.BeginAsync(forced, "k", force: true, Minute, Token));
        // While it is made anew, what is known goes on being so.
        Assert.Equal(ids[0], (await Analyses.GetAsync(ids[1], Token))!.Result!.IncidentId);
        Assert.True(await Analyses.CompleteAsync(forced, Result(forced, "k"), reused: false, Token));
        Assert.Equal(ids[1], (await Analyses.GetAsync(ids[0], Token))!.Result!.IncidentId);
        Assert.Equal((2, 1, 60), await TodayAsync());
    }

    [Fact]
    public async Task Begin_TwoAtOneKey_OneHasIt()
    {
        var ids = await IncidentsAsync("web", "api");
        await RequestAllAsync(ids);
        var claims = await ClaimAsync(2);

        var answers = await Task.WhenAll(claims.Select(claim => BeginAsync(claim, "k")));
        Assert.Single(answers, answer => answer.Reserved);
        Assert.All(answers, answer => Assert.Null(answer.Known));
        var (first, second) = answers[0].Reserved ? (claims[0], claims[1]) : (claims[1], claims[0]);

        // Who has it may ask again; the other one waits, which is no failed attempt.
        Assert.Equal((null, true), await BeginAsync(first, "k"));
        await Analyses.ReleaseAsync(second, reason: null, Minute, Token);
        Assert.Empty(await ClaimAsync(1));
        Assert.Equal(new AnalysisCounts(Queued: 1, Waiting: 1, Running: 1, 0, 0, 0, 0), await Analyses.CountAsync(Token));
        Assert.True(await Analyses.CompleteAsync(first, Result(first, "k"), reused: false, Token));

        await Engines.PassAsync(Minute);
        var again = Assert.Single(await ClaimAsync(1));
        Assert.Equal((second.IncidentId, 0), (again.IncidentId, again.Attempts));
        Assert.NotNull((await BeginAsync(again, "k")).Known);
    }

    [Fact]
    public async Task Claim_KilledInBetween_ComesBackToSomebodyElse()
    {
        var id = await IncidentAsync("web");
        await Analyses.RequestAsync(id, 1, force: false, Token);
        var lost = Assert.Single(await ClaimAsync(1));
        Assert.Equal((null, true), await BeginAsync(lost, "k"));
        await Engines.PassAsync(Minute);

        // Nobody is at it any more, though nobody has said so.
        Assert.Equal(AnalysisState.Queued, (await Analyses.GetAsync(id, Token))!.State);
        Assert.Equal(1, (await Analyses.CountAsync(Token)).Queued);
        var claim = Assert.Single(await ClaimAsync(1));
        Assert.Equal(1, claim.Attempts);
        Assert.NotEqual(lost.Token, claim.Token);

        Assert.False(await Analyses.ExtendAsync(lost, Minute, Token));
        Assert.Equal((null, false), await BeginAsync(lost, "k"));
        Assert.False(await Analyses.CompleteAsync(lost, Result(lost, "k"), reused: false, Token));
        await Analyses.ReleaseAsync(lost, "late", TimeSpan.Zero, Token);
        await Analyses.FailAsync(lost, "late", Token);
        Assert.Equal(AnalysisState.Running, (await Analyses.GetAsync(id, Token))!.State);

        Assert.Equal((null, true), await BeginAsync(claim, "k"));
        Assert.True(await Analyses.CompleteAsync(claim, Result(claim, "k"), reused: false, Token));
        Assert.Equal(1, (await Analyses.CountAsync(Token)).CompletedToday);
    }

    [Fact]
    public async Task Begin_WhoHadTheKeyIsGone_IsHadOnceTheReservationEnds()
    {
        var ids = await IncidentsAsync("web", "api");
        await RequestAllAsync(ids);
        var claims = await ClaimAsync(2);
        Assert.True((await BeginAsync(claims[0], "k")).Reserved);
        Assert.True(await Analyses.ExtendAsync(claims[1], 10 * Minute, Token));
        Assert.False((await BeginAsync(claims[1], "k")).Reserved);

        await Engines.PassAsync(Minute);
        Assert.Equal((null, true), await BeginAsync(claims[1], "k"));
    }

    [Fact]
    public async Task Extend_Claim_HoldsItAndItsKey()
    {
        var ids = await IncidentsAsync("web", "api");
        await RequestAllAsync(ids);
        var claims = await ClaimAsync(2);
        Assert.True((await BeginAsync(claims[0], "k")).Reserved);
        Assert.True(await Analyses.ExtendAsync(claims[0], 10 * Minute, Token));
        Assert.True(await Analyses.ExtendAsync(claims[1], 10 * Minute, Token));

        await Engines.PassAsync(5 * Minute);
        Assert.Empty(await ClaimAsync(2));
        Assert.Equal((null, false), await BeginAsync(claims[1], "k"));
    }

    [Fact]
    public async Task Release_WithReason_IsShownAndTriedAgainLater()
    {
        var id = await IncidentAsync("web");
        await Analyses.RequestAsync(id, 1, force: true, Token);
        var claim = Assert.Single(await ClaimAsync(1));
        Assert.True((await BeginAsync(claim, "k")).Reserved);
        await Analyses.ReleaseAsync(claim, "Ollama does not answer.", 5 * Minute, Token);

        var view = (await Analyses.GetAsync(id, Token))!;
        Assert.Equal((AnalysisState.Queued, "Ollama does not answer.", At + (5 * Minute)), (view.State, view.Reason, view.RetryAt!.Value));
        Assert.Equal((1, 1, 0), await OpenAsync(Analyses));
        await Engines.PassAsync(5 * Minute);
        var again = Assert.Single(await ClaimAsync(1));
        Assert.Equal((1, true), (again.Attempts, again.Force));
        Assert.Null((await Analyses.GetAsync(id, Token))!.Reason);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(AnalysisPriority.OnDemand, true)]
    public async Task Request_OneWaitsForAnotherTry_IsTriedAtOnceWhereMoreUrgent(int priority, bool atOnce)
    {
        var id = await IncidentAsync("web");
        await Analyses.RequestAsync(id, 1, force: false, Token);
        await Analyses.ReleaseAsync(Assert.Single(await ClaimAsync(1)), "Not now.", 5 * Minute, Token);

        await Analyses.RequestAsync(id, priority, force: false, Token);
        var view = (await Analyses.GetAsync(id, Token))!;
        Assert.Equal(atOnce ? null : "Not now.", view.Reason);
        Assert.Equal(atOnce ? 1 : 0, (await ClaimAsync(1)).Count);
    }

    [Fact]
    public async Task Fail_ForGood_StaysUntilSomebodyAsks()
    {
        var id = await IncidentAsync("web");
        await AnalyseAsync(id, "old");
        await Analyses.RequestAsync(id, 1, force: false, Token);
        var claim = Assert.Single(await ClaimAsync(1));
        await Analyses.FailAsync(claim, "The model\0 cannot be used. " + new string('x', 1000), Token);

        var view = (await Analyses.GetAsync(id, Token))!;
        Assert.Equal(AnalysisState.Failed, view.State);
        Assert.StartsWith("The model", view.Reason, StringComparison.Ordinal);
        Assert.True(view.Reason!.Length <= 500);
        // What was there before stays.
        Assert.Equal("old", view.Result!.AnalysisKey);
        Assert.Equal(1, (await Analyses.CountAsync(Token)).Failed);
        await Engines.PassAsync(TimeSpan.FromHours(1));
        Assert.Empty(await ClaimAsync(1));

        await Analyses.RequestAsync(id, 2, force: false, Token);
        var again = Assert.Single(await ClaimAsync(1));
        Assert.Equal((0, 2), (again.Attempts, again.Priority));
        Assert.Equal(0, (await Analyses.CountAsync(Token)).Failed);
    }

    [Fact]
    public async Task Cancel_WhileItRuns_TakesItFromWhoIsAtIt()
    {
        var ids = await IncidentsAsync("web", "api");
        await RequestAllAsync(ids);
        var claims = await ClaimAsync(2);
        Assert.True((await BeginAsync(claims[0], "k")).Reserved);

        Assert.True(await Analyses.CancelAsync(claims[0].IncidentId, Token));
        Assert.False(await Analyses.CancelAsync(claims[0].IncidentId, Token));
        Assert.Equal(AnalysisState.Cancelled, (await Analyses.GetAsync(claims[0].IncidentId, Token))!.State);
        Assert.False(await Analyses.ExtendAsync(claims[0], Minute, Token));
        Assert.False(await Analyses.CompleteAsync(claims[0], Result(claims[0], "k"), reused: false, Token));
        Assert.Null((await Analyses.GetAsync(claims[0].IncidentId, Token))!.Result);
        // Its key is free at once.
        Assert.Equal((null, true), await BeginAsync(claims[1], "k"));
        await Engines.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(claims[1].IncidentId, Assert.Single(await ClaimAsync(10)).IncidentId);
    }

    [Fact]
    public async Task Cancel_WhileQueued_IsNotClaimed()
    {
        var id = await IncidentAsync("web");
        await Analyses.RequestAsync(id, 1, force: false, Token);

        Assert.True(await Analyses.CancelAsync(id, Token));
        Assert.Empty(await ClaimAsync(1));
        Assert.Equal((0, 0, 0), await OpenAsync(Analyses));
        Assert.True(await Analyses.RequestAsync(id, 1, force: false, Token));
        Assert.Single(await ClaimAsync(1));
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("release")]
    public async Task Request_WhileItRuns_IsRunAgainAfterIt(string end)
    {
        var id = await IncidentAsync("web");
        await Analyses.RequestAsync(id, 3, force: false, Token);
        var claim = Assert.Single(await ClaimAsync(1));
        await Analyses.RequestAsync(id, 1, force: true, Token);
        Assert.Equal(AnalysisState.Running, (await Analyses.GetAsync(id, Token))!.State);
        Assert.Empty(await ClaimAsync(1));

        switch (end)
        {
            case "complete":
                Assert.True(await Analyses.CompleteAsync(claim, Result(claim, "k"), reused: false, Token));
                Assert.Equal("k", (await Analyses.GetAsync(id, Token))!.Result!.AnalysisKey);
                break;
            case "fail":
                await Analyses.FailAsync(claim, "no", Token);
                break;
            default:
                await Analyses.ReleaseAsync(claim, "later", TimeSpan.Zero, Token);
                break;
        }

        Assert.Equal(AnalysisState.Queued, (await Analyses.GetAsync(id, Token))!.State);
        var again = Assert.Single(await ClaimAsync(1));
        // A try that is made again is no other request: it keeps its own priority.
        Assert.Equal((true, end == "release" ? 3 : 1), (again.Force, again.Priority));
    }

    [Fact]
    public async Task Restart_WhileItRuns_LosesNothing()
    {
        var ids = await IncidentsAsync("web", "api");
        await AnalyseAsync(ids[0], "k");
        await Analyses.RequestAsync(ids[1], 1, force: false, Token);
        Assert.Single(await ClaimAsync(1));

        await Engines.RestartAsync();
        Assert.Equal("k", (await Analyses.GetAsync(ids[0], Token))!.Result!.AnalysisKey);
        await Engines.PassAsync(Minute);
        Assert.Equal(ids[1], Assert.Single(await ClaimAsync(1)).IncidentId);
    }

    [Fact]
    public async Task Wait_RequestComes_Ends()
    {
        var id = await IncidentAsync("web");
        var waits = Analyses.WaitAsync(TimeSpan.FromHours(1), Token);
        Assert.False(waits.IsCompleted);
        await Analyses.RequestAsync(id, 1, force: false, Token);
        await waits.WaitAsync(TimeSpan.FromMinutes(2), Token);
    }

    [Fact]
    public async Task Delete_Incident_TakesItsRequestAndFreesItsKey()
    {
        var ids = await IncidentsAsync("web", "api");
        await RequestAllAsync(ids);
        var claims = await ClaimAsync(2);
        Assert.True((await BeginAsync(claims[0], "k")).Reserved);

        Assert.True(await Engines.Retention.DeleteAsync(claims[0].IncidentId, Token));
        Assert.Null(await Analyses.GetAsync(claims[0].IncidentId, Token));
        Assert.False(await Analyses.ExtendAsync(claims[0], Minute, Token));
        Assert.False(await Analyses.CompleteAsync(claims[0], Result(claims[0], "k"), reused: false, Token));
        Assert.Equal(1, (await Analyses.CountAsync(Token)).Running);
        Assert.Equal((null, true), await BeginAsync(claims[1], "k"));
    }

    [Fact]
    public async Task DropAnalyses_Old_KeepsThoseThatAnIncidentHas()
    {
        var ids = await IncidentsAsync("web", "api");
        await AnalyseAsync(ids[0], "first");
        await AnalyseAsync(ids[0], "second");
        await AnalyseAsync(ids[1], "gone");
        await Engines.Retention.DeleteAsync(ids[1], Token);
        Assert.Equal(0, await Engines.Retention.DropAnalysesAsync(Engines.Time.GetUtcNow() - Minute, 10, Token));
        await Engines.PassAsync(TimeSpan.FromDays(10));

        Assert.Equal(1, await Engines.Retention.DropAnalysesAsync(Engines.Time.GetUtcNow() - Minute, 1, Token));
        Assert.Equal(1, await Engines.Retention.DropAnalysesAsync(Engines.Time.GetUtcNow() - Minute, 10, Token));
        Assert.Equal(0, await Engines.Retention.DropAnalysesAsync(Engines.Time.GetUtcNow() - Minute, 10, Token));
        Assert.Equal("second", (await Analyses.GetAsync(ids[0], Token))!.Result!.AnalysisKey);

        // What was known of the others has to be found out again.
        await Analyses.RequestAsync(ids[0], 1, force: false, Token);
        Assert.Equal((null, true), await BeginAsync(Assert.Single(await ClaimAsync(1)), "first"));
    }

    [Fact]
    public async Task Complete_ReusedOneWasForgottenMeanwhile_IsThereAgain()
    {
        var ids = await IncidentsAsync("web", "api");
        await AnalyseAsync(ids[0], "k");
        await Engines.PassAsync(TimeSpan.FromDays(10));
        await Analyses.RequestAsync(ids[1], 1, force: false, Token);
        var claim = Assert.Single(await ClaimAsync(1));
        var (known, _) = await BeginAsync(claim, "k");
        await Engines.Retention.DeleteAsync(ids[0], Token);
        Assert.Equal(1, await Engines.Retention.DropAnalysesAsync(Engines.Time.GetUtcNow(), 10, Token));

        Assert.True(await Analyses.CompleteAsync(claim, known!, reused: true, Token));
        Assert.Equal("k", (await Analyses.GetAsync(ids[1], Token))!.Result!.AnalysisKey);
    }

    [Fact]
    public async Task Work_ThousandRequestsOfTwentyKeys_CostsTwentyAnalyses()
    {
        const int Incidents = 1000;
        const int Keys = 20;
        await Engines.IngestAsync(Enumerable.Range(0, Incidents).Select(n => Make.Event($"w{n}", $"s{n}", 1, At)));
        var ids = new List<long>();
        string? cursor = null;
        do
        {
            var slice = await Engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200, Cursor = cursor }, Token);
            ids.AddRange(slice.Results.Select(incident => incident.Id));
            cursor = slice.Next;
        }
        while (cursor is not null);
        Assert.Equal(Incidents, ids.Count);
        foreach (var id in ids)
        {
            Assert.True(await Analyses.RequestAsync(id, (int)(id % 4), force: false, Token));
        }

        // One of the first claims is at a key and dies.
        var killed = (await ClaimAsync(8))[0];
        Assert.True((await BeginAsync(killed, KeyOf(killed))).Reserved);
        var runs = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => WorkAsync(runs), Token)));
        Assert.Equal(Keys - 1, runs.Count);
        Assert.Equal(8, (await Analyses.CountAsync(Token)).Running);

        // Its key is had by another one once the claim is lost; who meets somebody at a key comes again.
        while ((await Analyses.CountAsync(Token)) is { Queued: > 0 } or { Running: > 0 })
        {
            await Engines.PassAsync(2 * Minute);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => WorkAsync(runs), Token)));
        }

        Assert.Equal(Keys, runs.Count);
        Assert.All(runs, run => Assert.Equal(1, run.Value));
        Assert.Equal(new AnalysisCounts(0, 0, 0, 0, Keys, Incidents - Keys, Keys * 30), await Analyses.CountAsync(Token));
        foreach (var id in ids)
        {
            Assert.Equal($"k{id % Keys}", (await Analyses.GetAsync(id, Token))!.Result!.AnalysisKey);
        }

        string KeyOf(AnalysisClaim claim) => $"k{claim.IncidentId % Keys}";

        async Task WorkAsync(ConcurrentDictionary<string, int> made)
        {
            while (await ClaimAsync(8) is { Count: > 0 } claims)
            {
                foreach (var claim in claims)
                {
                    var (known, reserved) = await BeginAsync(claim, KeyOf(claim));
                    if (known is not null)
                    {
                        Assert.True(await Analyses.CompleteAsync(claim, known, reused: true, Token));
                    }
                    else if (reserved)
                    {
                        made.AddOrUpdate(KeyOf(claim), 1, (_, count) => count + 1);
                        await Task.Yield();
                        Assert.True(await Analyses.CompleteAsync(claim, Result(claim, KeyOf(claim)), reused: false, Token));
                    }
                    else
                    {
                        await Analyses.ReleaseAsync(claim, reason: null, Minute, Token);
                    }
                }
            }
        }
    }

    private static AnalysisResult Result(AnalysisClaim claim, string key) => new()
    {
        AnalysisKey = key,
        IncidentId = claim.IncidentId,
        Verdict = Verdict.Confirmed,
        SignatureId = "image-not-found",
        RootCause = "The image does not exist.",
        Steps = [new("Look", "kubectl get pods", Changes: false, "rules")],
        Prevention = ["Pin the image."],
        Confidence = 0.9,
        ConfidenceOrigin = "Stated by the event.",
        Sources = [new("evidence", "E1", "not found ü 😀")],
        PromptTokens = 20,
        AnswerTokens = 10,
        DurationMs = 1.5,
        PromptVersion = "1",
        At = At,
    };

    private static void AssertSame(AnalysisResult expected, AnalysisResult actual) =>
        Assert.Equal(
            System.Text.Json.JsonSerializer.Serialize(expected, ContractJson.Options), System.Text.Json.JsonSerializer.Serialize(actual, ContractJson.Options));

    private static async Task<(long Queued, long Waiting, long Running)> OpenAsync(IAnalyses analyses)
    {
        var counts = await analyses.CountAsync(Token);
        return (counts.Queued, counts.Waiting, counts.Running);
    }

    private async Task<(long Completed, long Reused, long Tokens)> TodayAsync()
    {
        var counts = await Analyses.CountAsync(Token);
        return (counts.CompletedToday, counts.ReusedToday, counts.TokensToday);
    }

    private async Task<long> IncidentAsync(string workload) => (await IncidentsAsync(workload))[0];

    private async Task<long[]> IncidentsAsync(params string[] workloads)
    {
        await Engines.IngestAsync(workloads.Select(workload => Make.Event(workload, workload, 1, At)));
        var all = await Engines.IncidentsAsync();
        return [.. workloads.Select(workload => all.Single(incident => incident.Workload == workload).Id)];
    }

    private async Task RequestAllAsync(long[] ids)
    {
        foreach (var id in ids)
        {
            Assert.True(await Analyses.RequestAsync(id, 1, force: false, Token));
        }
    }

    /// <summary>To its end, as the first or again.</summary>
    private async Task AnalyseAsync(long id, string key)
    {
        await Analyses.RequestAsync(id, 1, force: false, Token);
        var claim = Assert.Single(await ClaimAsync(1));
        Assert.True((await BeginAsync(claim, key)).Reserved);
        Assert.True(await Analyses.CompleteAsync(claim, Result(claim, key), reused: false, Token));
    }

    private Task<IReadOnlyList<AnalysisClaim>> ClaimAsync(int max) => Analyses.ClaimAsync(max, Minute, Token);

    private Task<(AnalysisResult? Known, bool Reserved)> BeginAsync(AnalysisClaim claim, string key) =>
        Analyses.BeginAsync(claim, key, force: false, Minute, Token);
}
