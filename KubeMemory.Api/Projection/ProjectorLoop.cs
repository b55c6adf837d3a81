using System.Collections.ObjectModel;
using System.Diagnostics;
using KubeMemory.Api.Metrics;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Tracing;

namespace KubeMemory.Api.Projection;

/// <summary>
/// Claims, projects, completes; at least once. A fault of the moment gives everything back, and from then on one item at a time is tried until
/// one goes well: then it is full speed again at once. What is refused is found by halving, and put aside with the reason; it keeps nothing
/// else back. The claims are shared with every other process.
/// </summary>
/// <param name="engine">Where it is projected to, for people.</param>
internal sealed partial class ProjectorLoop(IOutbox outbox, IProjector projector, TimeProvider time, ILogger logger, string? engine = null)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Between two rounds: what changes meanwhile is one row of the outbox, and nobody reads faster.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Of one item that fails alone, for a reason that nobody knows.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <summary>What giving back may take while the process ends.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    /// <summary>So many items that fail for unknown reasons in one round are not to blame.</summary>
    private const int OddItems = 3;

    private const string Retried = "retried";
    private const string PutAside = "put_aside";

    private readonly string _span = "project " + projector.Name;
    private readonly KeyValuePair<string, object?> _tag = new("projector", projector.Name);

    /// <summary>How long to wait before the next step; zero while all is well.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>What it waits for to pass, in one sentence.</summary>
    public string? Fault { get; private set; }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        // A counter that begins with its first failure hides it from whoever asks for an increase.
        Count(0, Retried);
        Count(0, PutAside);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = outbox.WaitAsync(Poll, stoppingToken);
                var count = await StepAsync(stoppingToken).ConfigureAwait(false);
                if (Pause > TimeSpan.Zero)
                {
                    await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
                }
                else if (count == 0)
                {
                    await changed.ConfigureAwait(false);
                }
                else if (count < projector.Batch)
                {
                    await Task.Delay(Round, time, stoppingToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (EngineUnavailableException fault)
            {
                // The outbox itself: the ingest and the reconciler say so, once for all projectors.
                Log.OutboxOut(logger, projector.Name, fault.Message);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception fault)
            {
                Log.Failed(logger, fault, projector.Name);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One claim; returns how many items it had.</summary>
    internal async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await projector.PrepareAsync(cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            Interrupt(fault);
            return 0;
        }

        var probing = Pause > TimeSpan.Zero;
        var items = await outbox.ClaimAsync(projector.Name, probing ? 1 : projector.Batch, projector.ClaimedFor, cancellationToken).ConfigureAwait(false);
        var round = new Attempt(probing);
        try
        {
            await ProjectAsync(items, round, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await GiveBackAsync(items.Skip(round.Done)).ConfigureAwait(false);
            throw;
        }

        if (round.Outage is { } outage)
        {
            Interrupt(outage);
        }
        else
        {
            Resume();
        }

        return items.Count;
    }

    private async Task ProjectAsync(IReadOnlyList<OutboxItem> items, Attempt round, CancellationToken cancellationToken)
    {
        var contexts = await ContextsAsync(items, cancellationToken).ConfigureAwait(false);
        using var span = Start(items, contexts);
        try
        {
            foreach (var chunk in items.Select(item => span is null || !IsFirst(item) ? item : Followed(item, span, contexts)).Chunk(projector.Together))
            {
                await ProjectAsync(chunk, round, cancellationToken).ConfigureAwait(false);
                round.Done += chunk.Length;
            }
        }
        catch (Exception fault)
        {
            round.Fault = fault;
            throw;
        }
        finally
        {
            if (round.Fault is { } fault)
            {
                span?.Fail(fault);
            }
        }
    }

    private BatchSpan? Start(IReadOnlyList<OutboxItem> items, IReadOnlyDictionary<long, string> contexts)
    {
        if (items.Count == 0)
        {
            return null;
        }

        var span = BatchSpan.Start(
            ApiTraces.Source,
            _span,
            ActivityKind.Producer,
            items.Where(IsFirst).Select(item => contexts.GetValueOrDefault(item.Subject)),
            items.Where(item => !IsFirst(item)).Select(item => contexts.GetValueOrDefault(item.Subject)));
        span?.Tag(SpanTags.BatchSize, items.Count).Tag(SpanTags.Engine, engine);
        if (items.Count == 1)
        {
            span?.Tag(SpanTags.Incident, items[0].Subject).Tag(SpanTags.Change, items[0].Kind);
        }

        return span;
    }

    private OutboxItem Followed(OutboxItem item, BatchSpan span, IReadOnlyDictionary<long, string> contexts) =>
        item with { TraceParent = span.ContextOf(_span, contexts.GetValueOrDefault(item.Subject)) };

    /// <summary>Of an incident that has just been opened, and not by a first list: only what is done for it for the first time goes on in its trace.</summary>
    private static bool IsFirst(OutboxItem item) => item is { Kind: LiveChangeKinds.Opened, History: false };

    private async Task<IReadOnlyDictionary<long, string>> ContextsAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken)
    {
        // The subjects of storms are storms.
        if (items.Count == 0 || !ApiTraces.Source.HasListeners() || projector.Name == Projectors.LiveStorms)
        {
            return ReadOnlyDictionary<long, string>.Empty;
        }

        var firsts = items.Where(IsFirst).ToList();
        return await outbox.TraceParentsAsync(
            [.. firsts.Concat(items.Except(firsts).Take(BatchSpan.MaxLinks)).Select(item => item.Subject)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>At the end of the process: another one need not wait until the claims run out.</summary>
    private async Task GiveBackAsync(IEnumerable<OutboxItem> items)
    {
        using var limit = new CancellationTokenSource(LongestGoodbye, time);
        try
        {
            foreach (var item in items)
            {
                await outbox.ReleaseAsync(item, TimeSpan.Zero, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception fault)
        {
            Log.Kept(logger, projector.Name, projector.ClaimedFor, fault.Message);
        }
    }

    private async Task ProjectAsync(ArraySegment<OutboxItem> items, Attempt round, CancellationToken cancellationToken)
    {
        if (round.Outage is null)
        {
            try
            {
                var started = time.GetTimestamp();
                await projector.ProjectAsync(items, cancellationToken).ConfigureAwait(false);
                if (time.GetElapsedTime(started) >= projector.ClaimedFor)
                {
                    // So slow, or suspended meanwhile, that another one may have written something newer, or a deletion, before this did.
                    await projector.ProjectAsync(items, cancellationToken).ConfigureAwait(false);
                }

                ApiMetrics.ProjectionDuration.Record(time.GetElapsedTime(started).TotalSeconds, _tag);
                await outbox.CompleteAsync(items, cancellationToken).ConfigureAwait(false);
                Count(items.Count, "projected");
                return;
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                if (!PassingFaults.Holds(fault))
                {
                    await BlameAsync(items, fault, round, cancellationToken).ConfigureAwait(false);
                    return;
                }

                round.Outage = round.Fault = fault;
            }
        }

        foreach (var item in items)
        {
            await outbox.ReleaseAsync(item, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task BlameAsync(ArraySegment<OutboxItem> items, Exception fault, Attempt round, CancellationToken cancellationToken)
    {
        if (items.Count > 1)
        {
            var half = items.Count / 2;
            await ProjectAsync(items[..half], round, cancellationToken).ConfigureAwait(false);
            await ProjectAsync(items[half..], round, cancellationToken).ConfigureAwait(false);
            return;
        }

        var item = items[0];
        if (fault is ProjectionEarlyException early)
        {
            await outbox.ReleaseAsync(item, early.Wait, cancellationToken).ConfigureAwait(false);
            return;
        }

        round.Fault ??= fault;
        if (fault is ProjectionRejectedException || (!round.Probing && item.Attempts + 1 >= projector.MaxAttempts))
        {
            Log.PutAside(logger, projector.Name, item.Subject, fault.Message);
            await outbox.DeadLetterAsync(item, fault.Message, cancellationToken).ConfigureAwait(false);
            Count(1, PutAside);
            return;
        }

        var retry = TimeSpan.FromSeconds(Math.Min(LongestRetry.TotalSeconds, Math.Pow(2, Math.Min(item.Attempts, 10))));
        // What an outage's probes meet has been told when it began.
        if (!round.Probing)
        {
            Log.Retry(logger, fault, projector.Name, item.Subject, retry);
        }

        await outbox.ReleaseAsync(item, retry, cancellationToken).ConfigureAwait(false);
        Count(1, Retried);
        if (round.Probing || ++round.Odd >= OddItems)
        {
            round.Outage = fault;
        }
    }

    private void Count(int items, string outcome) => ApiMetrics.Projected.Add(items, _tag, new("outcome", outcome));

    private void Interrupt(Exception fault)
    {
        if (Pause == TimeSpan.Zero)
        {
            Log.Interrupted(logger, projector.Name, fault.Message);
        }

        Fault = fault.Message;
        var next = Pause == TimeSpan.Zero ? FirstPause : Pause * 2;
        Pause = next < LongestPause ? next : LongestPause;
    }

    private void Resume()
    {
        if (Pause > TimeSpan.Zero)
        {
            Log.Resumed(logger, projector.Name);
        }

        (Pause, Fault) = (TimeSpan.Zero, null);
    }

    private sealed class Attempt(bool probing)
    {
        public bool Probing => probing;

        public int Odd { get; set; }

        /// <summary>Items that are done with, one way or the other.</summary>
        public int Done { get; set; }

        public Exception? Outage { get; set; }

        /// <summary>What the trace tells.</summary>
        public Exception? Fault { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Error, "The projector {Projector} failed")]
        public static partial void Failed(ILogger logger, Exception fault, string projector);

        [LoggerMessage(3106, LogLevel.Debug, "Projecting {Projector} waits for the outbox: {Reason}")]
        public static partial void OutboxOut(ILogger logger, string projector, string reason);

        [LoggerMessage(3102, LogLevel.Warning, "Projecting {Projector} {Subject} failed; again in {Retry}")]
        public static partial void Retry(ILogger logger, Exception fault, string projector, long subject, TimeSpan retry);

        [LoggerMessage(3103, LogLevel.Warning, "Projecting {Projector} waits, nothing is lost: {Reason}")]
        public static partial void Interrupted(ILogger logger, string projector, string reason);

        [LoggerMessage(3104, LogLevel.Information, "Projecting {Projector} goes on")]
        public static partial void Resumed(ILogger logger, string projector);

        [LoggerMessage(3107, LogLevel.Information, "What {Projector} had claimed comes again after {ClaimedFor}: {Reason}")]
        public static partial void Kept(ILogger logger, string projector, TimeSpan claimedFor, string reason);

        [LoggerMessage(3105, LogLevel.Error, "Put aside {Projector} {Subject}: {Reason}")]
        public static partial void PutAside(ILogger logger, string projector, long subject, string reason);
    }
}
