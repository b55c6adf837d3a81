using System.Diagnostics;
using KubeMemory.Api.Metrics;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Tracing;

namespace KubeMemory.Api.Analysis;

/// <summary>
/// One claimed analysis to its end: run, answered by what is known of its key, given back with the reason, or failed for good. Holds the claim
/// while it goes on, and stops when that has been cancelled or has gone to somebody else. Thread-safe.
/// </summary>
internal sealed partial class AnalysisRunner(
    IAnalyses analyses, AnalysisPipeline pipeline, AnalysisFeed feed, RunningAnalyses running, AnalysisOptions options, IOutbox outbox, TimeProvider time,
    ILogger<AnalysisRunner> logger, IEnumerable<EngineName>? engines = null)
{
    /// <summary>For how long nobody else gets it after the last sign of life.</summary>
    public static readonly TimeSpan ClaimedFor = TimeSpan.FromMinutes(1);

    /// <summary>How often it is held, and how soon a cancellation by another process is seen.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>Until an analysis of the same key may be there, which another claim is at.</summary>
    private static readonly TimeSpan SameKey = TimeSpan.FromSeconds(2);

    /// <summary>A model that does not answer is not asked again sooner.</summary>
    private static readonly TimeSpan ModelPause = TimeSpan.FromMinutes(1);

    /// <summary>What giving back may take while the process ends.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly string? _engine = engines?.FirstOrDefault(engine => engine.Port == EnginePorts.Chat)?.Engine;

    /// <summary>Throws nothing but what the store's outage throws, and at the end of the process.</summary>
    public async Task RunAsync(AnalysisClaim claim, CancellationToken stopping)
    {
        using var run = running.Begin(claim.IncidentId, stopping);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(run.Token);
        var holding = HoldAsync(claim, run, ended.Token);
        using var span = await StartAsync(claim, run.Token).ConfigureAwait(false);
        try
        {
            var outcome = await AnalyseAsync(claim, run).ConfigureAwait(false);
            Count(outcome, span);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            await GiveBackAsync(claim).ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
        {
            Count(Outcomes.Cancelled, span);
        }
        catch (Exception fault)
        {
            span?.Fail(fault);
            Count(await RetryAsync(claim, fault, stopping).ConfigureAwait(false), span);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await holding.ConfigureAwait(false);
        }
    }

    private async Task<string> AnalyseAsync(AnalysisClaim claim, RunningAnalyses.Run run)
    {
        if (await pipeline.PrepareAsync(claim.IncidentId, run.Token).ConfigureAwait(false) is not { } prepared)
        {
            await analyses.FailAsync(claim, "The incident is gone.", run.Token).ConfigureAwait(false);
            return Outcomes.Failed;
        }

        var owed = claim.Priority == AnalysisPriority.ModelAgain ? await OwedAsync(claim, prepared, run.Token).ConfigureAwait(false) : null;
        if (owed is { Early: { } early })
        {
            return await WaitForModelAsync(claim, owed.Rules, early, run.Token).ConfigureAwait(false);
        }

        var force = claim.Force && (claim.Priority != AnalysisPriority.ModelAgain || owed is not null);
        var (known, reserved) = await analyses.BeginAsync(claim, prepared.Key, force, ClaimedFor, run.Token).ConfigureAwait(false);
        if (known is not null && IsOfAnotherDay(known))
        {
            (known, reserved) = await analyses.BeginAsync(claim, prepared.Key, force: true, ClaimedFor, run.Token).ConfigureAwait(false);
        }

        if (known is not null)
        {
            return await CompleteAsync(claim, known, reused: true, run.Token).ConfigureAwait(false);
        }

        if (!reserved)
        {
            await analyses.ReleaseAsync(claim, null, SameKey, run.Token).ConfigureAwait(false);
            return Outcomes.Waiting;
        }

        return await RecommendAsync(claim, prepared, owed, run).ConfigureAwait(false);
    }

    private async Task<string> RecommendAsync(AnalysisClaim claim, PreparedAnalysis prepared, Owed? owed, RunningAnalyses.Run run)
    {
        await feed.SayAsync(claim.IncidentId, AnalysisState.Running, run.Token).ConfigureAwait(false);
        var silence = await SilenceAsync(run.Token).ConfigureAwait(false);
        Recommended recommended;
        await using (var draft = new DraftFeed(run, claim.IncidentId, feed, time))
        {
            recommended = await pipeline.RunAsync(prepared, silence, draft, run.Token).ConfigureAwait(false);
        }

        foreach (var dropped in recommended.Dropped)
        {
            Log.Dropped(logger, claim.IncidentId, dropped);
        }

        if (owed is not null && recommended.ModelAgain)
        {
            // The rules have spoken already; this was for the model.
            return claim.Attempts < options.Attempts
                ? await WaitForModelAsync(claim, recommended.Result, PauseOf(claim.Attempts), run.Token).ConfigureAwait(false)
                : await CompleteAsync(claim, owed.Rules, reused: true, run.Token).ConfigureAwait(false);
        }

        var outcome = await CompleteAsync(claim, recommended.Result, reused: false, run.Token).ConfigureAwait(false);
        if (outcome == Outcomes.Completed && recommended.ModelAgain)
        {
            Log.WithoutModel(logger, claim.IncidentId, recommended.Result.ModelFault ?? "");
            await analyses.RequestAsync(claim.IncidentId, AnalysisPriority.ModelAgain, force: true, run.Token).ConfigureAwait(false);
        }

        return outcome;
    }

    private async Task<string> CompleteAsync(AnalysisClaim claim, AnalysisResult result, bool reused, CancellationToken cancellationToken)
    {
        if (!await analyses.CompleteAsync(claim, result, reused, cancellationToken).ConfigureAwait(false))
        {
            return Outcomes.Cancelled;
        }

        if (!reused)
        {
            ApiMetrics.AnalysisDuration.Record(result.DurationMs / 1000);
            ApiMetrics.AnalysisTokens.Add(result.PromptTokens, new KeyValuePair<string, object?>("type", "input"));
            ApiMetrics.AnalysisTokens.Add(result.AnswerTokens, new KeyValuePair<string, object?>("type", "output"));
        }

        await feed.SayAsync(claim.IncidentId, AnalysisState.Done, cancellationToken).ConfigureAwait(false);
        return reused ? Outcomes.Reused : Outcomes.Completed;
    }

    /// <summary>What the rules alone said when the model did not answer, and how long it is to be left alone; null where it has spoken since.</summary>
    private async Task<Owed?> OwedAsync(AnalysisClaim claim, PreparedAnalysis prepared, CancellationToken cancellationToken)
    {
        var view = await analyses.GetAsync(claim.IncidentId, cancellationToken).ConfigureAwait(false);
        if (view?.Result is not { ModelFault: not null } rules || rules.AnalysisKey != prepared.Key)
        {
            return null;
        }

        var left = rules.At + ModelPause - time.GetUtcNow();
        return new Owed(rules, claim.Attempts == 0 && left > TimeSpan.Zero ? left : null);
    }

    private async Task<string> WaitForModelAsync(AnalysisClaim claim, AnalysisResult rules, TimeSpan wait, CancellationToken cancellationToken)
    {
        await analyses.ReleaseAsync(claim, $"The rules have spoken; the model is asked again. {rules.ModelFault}", wait, cancellationToken).ConfigureAwait(false);
        await feed.SayAsync(claim.IncidentId, AnalysisState.Queued, cancellationToken).ConfigureAwait(false);
        return Outcomes.Waiting;
    }

    private TimeSpan PauseOf(int failures)
    {
        var pause = options.PauseAfter(failures + 1);
        return pause > ModelPause ? pause : ModelPause;
    }

    /// <summary>The model could not speak then, for whatever reason: once a day it may, where the failure is still of interest.</summary>
    private bool IsOfAnotherDay(AnalysisResult known) =>
        pipeline.HasModel && known.ModelFault is not null && known.At.UtcDateTime.Date < time.GetUtcNow().UtcDateTime.Date;

    /// <summary>Null where the model may be asked.</summary>
    private async Task<string?> SilenceAsync(CancellationToken cancellationToken) =>
        pipeline.HasModel && options.TokensPerDay is { } limit && (await analyses.CountAsync(cancellationToken).ConfigureAwait(false)).TokensToday >= limit
            ? TokenLimit.Spent(limit)
            : null;

    /// <summary>An engine's outage is nobody's fault and ends; anything else fails so often and no more.</summary>
    private async Task<string> RetryAsync(AnalysisClaim claim, Exception fault, CancellationToken cancellationToken)
    {
        var failures = claim.Attempts + 1;
        var passing = PassingFaults.Holds(fault);
        var reason = passing ? $"{fault.Message.TrimEnd('.')}." : $"KubeMemory could not analyse it: {fault.Message.TrimEnd('.')}.";
        if (!passing && failures >= options.Attempts)
        {
            Log.Failed(logger, fault, claim.IncidentId, failures);
            await analyses.FailAsync(claim, reason, cancellationToken).ConfigureAwait(false);
            await feed.SayAsync(claim.IncidentId, AnalysisState.Failed, cancellationToken).ConfigureAwait(false);
            return Outcomes.Failed;
        }

        var pause = options.PauseAfter(failures);
        Log.Retry(logger, claim.IncidentId, pause, fault.Message);
        await analyses.ReleaseAsync(claim, reason, pause, cancellationToken).ConfigureAwait(false);
        await feed.SayAsync(claim.IncidentId, AnalysisState.Queued, cancellationToken).ConfigureAwait(false);
        return Outcomes.Retried;
    }

    private async Task HoldAsync(AnalysisClaim claim, RunningAnalyses.Run run, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            {
                if (!await HoldAsync(claim, ended).ConfigureAwait(false))
                {
                    await run.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // It is done with.
        }
    }

    private async Task<bool> HoldAsync(AnalysisClaim claim, CancellationToken ended)
    {
        try
        {
            return await analyses.ExtendAsync(claim, ClaimedFor, ended).ConfigureAwait(false);
        }
        catch (Exception fault) when (!ended.IsCancellationRequested)
        {
            // It may be back before the claim runs out.
            Log.NotHeld(logger, claim.IncidentId, fault.Message);
            return true;
        }
    }

    /// <summary>At the end of the process: another one need not wait until the claim runs out.</summary>
    private async Task GiveBackAsync(AnalysisClaim claim)
    {
        using var limit = new CancellationTokenSource(LongestGoodbye, time);
        try
        {
            await analyses.ReleaseAsync(claim, null, TimeSpan.Zero, limit.Token).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Log.Kept(logger, claim.IncidentId, ClaimedFor, fault.Message);
        }
    }

    /// <summary>The first analysis of what has just happened goes on in its incident's trace; a later one, and history's, is linked to it. Null where nobody listens.</summary>
    private async Task<BatchSpan?> StartAsync(AnalysisClaim claim, CancellationToken cancellationToken)
    {
        if (!ApiTraces.Source.HasListeners())
        {
            return null;
        }

        var (context, first) = ((string?)null, false);
        try
        {
            context = (await outbox.TraceParentsAsync([claim.IncidentId], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(claim.IncidentId);
            first = claim.Priority >= 0 && await analyses.GetAsync(claim.IncidentId, cancellationToken).ConfigureAwait(false) is { Result: null };
        }
        catch (Exception fault)
        {
            Log.NoTrace(logger, claim.IncidentId, fault.Message);
        }

        return BatchSpan.Start(ApiTraces.Source, "analyse incident", ActivityKind.Consumer, [first ? context : null], [context])
            ?.Tag(SpanTags.Incident, claim.IncidentId).Tag(SpanTags.Engine, _engine).Tag(SpanTags.Attempts, claim.Attempts == 0 ? null : claim.Attempts + 1);
    }

    private static void Count(string outcome, BatchSpan? span)
    {
        span?.Tag(SpanTags.AnalysisOutcome, outcome);
        ApiMetrics.Analysed.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <param name="Early">How long the model is to be left alone.</param>
    private sealed record Owed(AnalysisResult Rules, TimeSpan? Early);

    private static class Outcomes
    {
        public const string Completed = "completed";
        public const string Reused = "reused";
        public const string Waiting = "waiting";
        public const string Retried = "retried";
        public const string Failed = "failed";
        public const string Cancelled = "cancelled";
    }

    private static partial class Log
    {
        [LoggerMessage(3311, LogLevel.Warning, "The analysis of incident {Incident} goes on again in {Pause}: {Reason}")]
        public static partial void Retry(ILogger logger, long incident, TimeSpan pause, string reason);

        [LoggerMessage(3312, LogLevel.Error, "The analysis of incident {Incident} has failed {Failures} times and is given up until somebody asks for it")]
        public static partial void Failed(ILogger logger, Exception fault, long incident, int failures);

        [LoggerMessage(3313, LogLevel.Information, "The rules alone have analysed incident {Incident}; the model is asked again later: {Reason}")]
        public static partial void WithoutModel(ILogger logger, long incident, string reason);

        [LoggerMessage(3314, LogLevel.Debug, "The claim on the analysis of incident {Incident} could not be held: {Reason}")]
        public static partial void NotHeld(ILogger logger, long incident, string reason);

        [LoggerMessage(3315, LogLevel.Information, "The analysis of incident {Incident} comes again after {ClaimedFor}: {Reason}")]
        public static partial void Kept(ILogger logger, long incident, TimeSpan claimedFor, string reason);

        [LoggerMessage(3317, LogLevel.Information, "Of what the model said about incident {Incident} a part was not taken: {Why}")]
        public static partial void Dropped(ILogger logger, long incident, string why);

        [LoggerMessage(3316, LogLevel.Debug, "The analysis of incident {Incident} stands in no trace: {Reason}")]
        public static partial void NoTrace(ILogger logger, long incident, string reason);
    }
}
