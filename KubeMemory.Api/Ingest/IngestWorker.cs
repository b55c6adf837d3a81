using System.Diagnostics;
using System.Text.Json;
using KubeMemory.Api.Metrics;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Core.Tracing;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Ingest;

/// <summary>
/// Signals → store. An entry is acknowledged after its transaction; what comes again changes nothing. What cannot be ingested does not keep
/// the rest of its batch back.
/// </summary>
internal sealed partial class IngestWorker(
    ISignalStream stream, IncidentIngestor ingestor, IIncidentStore store, TimeProvider time, ILogger<IngestWorker> logger, EnginesReady? ready = null,
    IEnumerable<EngineName>? engines = null) : BackgroundService
{
    internal const string Group = StreamTopics.SignalsGroup;
    private const int Batch = 1000;

    /// <summary>An entry is the fault, not the moment, when it has failed so often.</summary>
    private const int MaxDeliveries = 5;

    private const int AttemptsBetweenWarnings = 30;

    private static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClaimEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClaimIdle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What finishing may take while the process ends.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(3);

    private readonly string _consumer = $"{Environment.MachineName}-{Environment.ProcessId}";
    private readonly string? _engine = engines?.FirstOrDefault(engine => engine.Port == EnginePorts.Incidents)?.Engine;
    private Task<ParsedBatch>? _ahead;
    private DateTimeOffset _nextClaim;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host must not wait for the first batch.
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        using var goodbye = new CancellationTokenSource();
        using var limit = time.CreateTimer(_ => goodbye.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var stop = stoppingToken.Register(() => limit.Change(LongestGoodbye, Timeout.InfiniteTimeSpan));
        await RunAsync(stoppingToken, goodbye.Token).ConfigureAwait(false);
        await FinishAsync(goodbye.Token).ConfigureAwait(false);
    }

    /// <summary>What has been read is stored before the process ends: nobody else may have it for half a minute.</summary>
    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_ahead is not { } ahead)
        {
            return;
        }

        // It must not touch the stream after this.
        await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ahead.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await IngestAsync(await ahead.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Log.Unfinished(logger, fault.Message);
        }
    }

    /// <param name="finishing">For what has been read already.</param>
    private async Task RunAsync(CancellationToken stoppingToken, CancellationToken finishing)
    {
        _nextClaim = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (time.GetUtcNow() >= _nextClaim)
                {
                    var claimed = await stream.ClaimAsync(StreamTopics.Signals, Group, _consumer, ClaimIdle, Batch, stoppingToken).ConfigureAwait(false);
                    await IngestAsync([.. claimed.Where(entry => !IsAhead(entry))], finishing).ConfigureAwait(false);
                    // A full claim has more behind it.
                    _nextClaim = claimed.Count == Batch ? _nextClaim : time.GetUtcNow() + ClaimEvery;
                }

                var reading = _ahead ?? ReadAheadAsync(stoppingToken);
                _ahead = null;
                var batch = await reading.ConfigureAwait(false);
                // The next one is read and parsed while the store works on this one.
                _ahead = ReadAheadAsync(stoppingToken);
                await IngestAsync(batch, finishing).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (EngineUnavailableException fault)
            {
                // Said by the engine's own connection, once; the stream comes back by itself.
                Log.Interrupted(logger, fault.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception fault)
            {
                Log.Failed(logger, fault);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One batch through the store, and out of the stream.</summary>
    internal Task IngestAsync(IReadOnlyList<StreamEntry> entries, CancellationToken cancellationToken) => IngestAsync(Parse(entries), cancellationToken);

    /// <summary>It has been read and waits its turn: idle, but not forgotten.</summary>
    private bool IsAhead(StreamEntry entry) =>
        _ahead is { IsCompletedSuccessfully: true, Result: var ahead } && ahead.Readable.Exists(one => one.Entry.Id == entry.Id);

    private Task<ParsedBatch> ReadAheadAsync(CancellationToken cancellationToken) => Task.Run(
        async () => Parse(await stream.ReadAsync(StreamTopics.Signals, Group, _consumer, Batch, ReadWait, cancellationToken).ConfigureAwait(false)), cancellationToken);

    private static ParsedBatch Parse(IReadOnlyList<StreamEntry> entries)
    {
        var batch = new ParsedBatch(new(entries.Count), []);
        foreach (var entry in entries)
        {
            if (Parse(entry, out var reason) is { } envelope)
            {
                batch.Readable.Add((entry, envelope));
            }
            else
            {
                batch.Unreadable.Add((entry, reason!));
            }
        }

        return batch;
    }

    private async Task IngestAsync(ParsedBatch batch, CancellationToken cancellationToken)
    {
        foreach (var (entry, reason) in batch.Unreadable)
        {
            Log.DeadLetter(logger, entry.Id, reason);
            await stream.DeadLetterAsync(StreamTopics.Signals, Group, entry, reason, cancellationToken).ConfigureAwait(false);
        }

        if (batch.Readable.Count > 0)
        {
            await IngestAsync(batch.Readable, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task IngestAsync(List<(StreamEntry Entry, SignalEnvelope Envelope)> batch, CancellationToken cancellationToken)
    {
        try
        {
            await TracedAsync(batch.ConvertAll(one => one.Envelope), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Throws where the store itself is out: then no entry is to blame, and all of them come again.
            await store.ChangeAsync(new ChangeScope(), _ => 0, cancellationToken).ConfigureAwait(false);
            if (batch.Count == 1)
            {
                await RejectAsync(batch[0].Entry, fault, cancellationToken).ConfigureAwait(false);
                return;
            }

            var half = batch.Count / 2;
            await IngestAsync(batch[..half], cancellationToken).ConfigureAwait(false);
            await IngestAsync(batch[half..], cancellationToken).ConfigureAwait(false);
            return;
        }

        await stream.AcknowledgeAsync(StreamTopics.Signals, Group, batch.ConvertAll(one => one.Entry.Id), cancellationToken).ConfigureAwait(false);
    }

    private async Task TracedAsync(List<SignalEnvelope> batch, CancellationToken cancellationToken)
    {
        using var span = BatchSpan.Start(ApiTraces.Source, "ingest signals", ActivityKind.Consumer, batch.Select(envelope => envelope.TraceParent));
        span?.Tag(SpanTags.BatchSize, batch.Count).Tag(SpanTags.Engine, _engine);
        try
        {
            var outcome = await StoreAsync(batch, span, cancellationToken).ConfigureAwait(false);
            span?.Tag(SpanTags.Stored, outcome.Stored).Tag(SpanTags.Deduplicated, outcome.Deduplicated).Tag(SpanTags.Held, outcome.Held).Tag(SpanTags.Opened, outcome.Opened);
        }
        catch (Exception fault)
        {
            span?.Fail(fault);
            throw;
        }
    }

    /// <summary>
    /// While the store is out no entry is to blame: this batch waits here, and with it what comes after, rather than all of it to be claimed
    /// again later.
    /// </summary>
    private async Task<IngestOutcome> StoreAsync(List<SignalEnvelope> batch, BatchSpan? span, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var started = time.GetTimestamp();
                var outcome = await ingestor.IngestAsync(batch, cancellationToken, span).ConfigureAwait(false);
                ApiMetrics.BatchDuration.Record(time.GetElapsedTime(started).TotalSeconds);
                ApiMetrics.BatchSize.Record(batch.Count);
                ApiMetrics.Opened.Add(outcome.Opened);
                return outcome;
            }
            catch (EngineUnavailableException fault)
            {
                span?.Tag(SpanTags.Attempts, attempt + 1);
                // Every replica waits with what it has in hand: none of it is to be taken from it when the store is back.
                _nextClaim = time.GetUtcNow() + ClaimIdle;
                if (attempt % AttemptsBetweenWarnings == 0)
                {
                    Log.Waiting(logger, fault.Message);
                }

                if (attempt > 0 && attempt % AttemptsBetweenWarnings == 0 && await AnswersAsync(cancellationToken).ConfigureAwait(false))
                {
                    // It is not out: it is this batch that it does not get done in time.
                    throw new InvalidOperationException($"The store did not get it done in time: {fault.Message}", fault);
                }

                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.ChangeAsync(new ChangeScope(), _ => 0, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (EngineUnavailableException)
        {
            // Said where the batch waits.
            return false;
        }
    }

    private async Task RejectAsync(StreamEntry entry, Exception fault, CancellationToken cancellationToken)
    {
        if (entry.Deliveries < MaxDeliveries)
        {
            Log.Rejected(logger, fault, entry.Id, entry.Deliveries);
            return;
        }

        var reason = $"Failed {entry.Deliveries} times: {fault.Message}";
        Log.DeadLetter(logger, entry.Id, reason);
        await stream.DeadLetterAsync(StreamTopics.Signals, Group, entry, reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// <code>{"version":1,"receivedAt":"2025-01-01T00:00:00+00:00","signal":{"kind":"failure","clusterId":"…","seriesKey":"e|default|web.17f|1735689600000000",…}}</code>
    /// </summary>
    private static SignalEnvelope? Parse(StreamEntry entry, out string? reason)
    {
        try
        {
            var envelope = JsonSerializer.Deserialize(entry.Payload.Span, SignalJsonContext.Default.SignalEnvelope);
            reason = envelope switch
            {
                null or { Signal: null } => "Not a signal envelope.",
                { Version: > SignalEnvelope.CurrentVersion } => $"Version {envelope.Version} of the envelope is newer than this program reads ({SignalEnvelope.CurrentVersion}).",
                _ => null,
            };
            return reason is null ? envelope : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            reason = $"Not a signal envelope: {unreadable.Message}";
            return null;
        }
    }

    /// <param name="Unreadable">With the reason.</param>
    private sealed record ParsedBatch(List<(StreamEntry Entry, SignalEnvelope Envelope)> Readable, List<(StreamEntry Entry, string Reason)> Unreadable);

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "Ingest failed; what was read comes again")]
        public static partial void Failed(ILogger logger, Exception fault);

        [LoggerMessage(3005, LogLevel.Debug, "{Sentence} What was read comes again.")]
        public static partial void Interrupted(ILogger logger, string sentence);

        [LoggerMessage(3002, LogLevel.Warning, "Signal {Id} failed at delivery {Deliveries}; it comes again")]
        public static partial void Rejected(ILogger logger, Exception fault, string id, int deliveries);

        [LoggerMessage(3004, LogLevel.Warning, "{Sentence} The signals wait.")]
        public static partial void Waiting(ILogger logger, string sentence);

        [LoggerMessage(3006, LogLevel.Information, "What was read before the end is not stored and comes again: {Reason}")]
        public static partial void Unfinished(ILogger logger, string reason);

        [LoggerMessage(3003, LogLevel.Error, "Signal {Id} went to the dead letters: {Reason}")]
        public static partial void DeadLetter(ILogger logger, string id, string reason);
    }
}
