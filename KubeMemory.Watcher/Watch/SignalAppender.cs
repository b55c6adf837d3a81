using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Core.Tracing;
using KubeMemory.Watcher.Informers;

namespace KubeMemory.Watcher.Watch;

/// <summary>
/// Gathers the signals of one cluster into batches and appends each with its checkpoint and counts in one atomic write. A store that
/// fails is tried again forever, and meanwhile the watch is held back; a stale fence ends it.
/// </summary>
internal sealed partial class SignalAppender(
    ISignalStream stream, string clusterId, string clusterName, Lease lease, TimeProvider time, Random random, ILogger logger) : ISignalSink
{
    /// <summary>A batch is appended when it holds this many signals …</summary>
    public const int FlushAt = 1000;

    /// <summary>Reads that may wait; when they are that many, the watch is no longer read.</summary>
    public const int QueuedBatches = 16;

    /// <summary>… or this long after its first signal.</summary>
    public static readonly TimeSpan FlushAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Counts and checkpoints alone are in no hurry.</summary>
    public static readonly TimeSpan FlushCountsAfter = TimeSpan.FromSeconds(1);

    private const int KeptBufferBytes = 8 << 20;
    private const string AppendSpan = "append signals";

    private readonly Channel<SignalBatch> _queue = Channel.CreateBounded<SignalBatch>(new BoundedChannelOptions(QueuedBatches) { SingleReader = true });
    private readonly Dictionary<string, Checkpoint> _checkpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _series = new(StringComparer.Ordinal);
    private readonly FirstSights _firsts = new();
    private readonly List<(SignalBatch Batch, Signal? Signal, string? Trace)> _entries = new(FlushAt * 2);
    private readonly List<(int Start, int Length)> _slices = new(FlushAt * 2);
    private readonly KeyValuePair<string, object?>[] _cluster = ClusterTags.Of(clusterId, clusterName);
    private ArrayBufferWriter<byte> _buffer = new(1 << 20);
    private SignalBatch? _gathered;
    private Task<bool>? _more;

    /// <summary>From arrival to committed append, of the last batch.</summary>
    public TimeSpan? Lag { get; private set; }

    /// <summary>When that arrived which waits longest for its commit; null while nothing waits.</summary>
    public DateTimeOffset? OldestUncommitted => (Volatile.Read(ref _gathered) ?? (_queue.Reader.TryPeek(out var next) ? next : null))?.ReceivedAt;

    public ValueTask WriteAsync(SignalBatch batch, CancellationToken cancellationToken)
    {
        Count(Gates.Received, batch.Received);
        Count(Gates.Filtered, batch.Filtered);
        return _firsts.Begin(batch) is { } spans ? WriteAsync(batch, spans, cancellationToken) : _queue.Writer.WriteAsync(batch, cancellationToken);
    }

    /// <exception cref="StaleFenceException">Another watcher has the cluster now.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A counter that begins with its first failure hides it from whoever asks for an increase.
        WatcherMetrics.AppendRetries.Add(0, _cluster);
        var batches = new List<SignalBatch>();
        while (true)
        {
            await GatherAsync(batches, cancellationToken).ConfigureAwait(false);
            await FlushAsync(batches, cancellationToken).ConfigureAwait(false);
            batches.Clear();
            Volatile.Write(ref _gathered, null);
        }
    }

    private async ValueTask WriteAsync(SignalBatch batch, ReceivedSpans spans, CancellationToken cancellationToken)
    {
        using (spans)
        {
            await _queue.Writer.WriteAsync(batch with { Firsts = spans.Contexts }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task GatherAsync(List<SignalBatch> batches, CancellationToken cancellationToken)
    {
        await MoreAsync(cancellationToken).ConfigureAwait(false);
        var signals = 0;
        Task? deadline = null;
        var started = time.GetTimestamp();
        while (signals < FlushAt)
        {
            if (_queue.Reader.TryRead(out var batch))
            {
                batches.Add(batch);
                Volatile.Write(ref _gathered, batches[0]);
                // The first signal sets the pace, even where counts were waiting before it.
                deadline = deadline is null || (signals == 0 && batch.Signals.Count > 0) ? Deadline(batch.Signals.Count > 0, started, cancellationToken) : deadline;
                signals += batch.Signals.Count;
                continue;
            }

            var first = await Task.WhenAny(MoreAsync(cancellationToken), deadline ?? Task.CompletedTask).ConfigureAwait(false);
            // Both have ended then, and the first of the two would be looked at for ever.
            cancellationToken.ThrowIfCancellationRequested();
            if (first == deadline)
            {
                return;
            }
        }
    }

    private Task Deadline(bool hasSignals, long started, CancellationToken cancellationToken)
    {
        var after = hasSignals ? FlushAfter : FlushCountsAfter - time.GetElapsedTime(started);
        return Task.Delay(after > TimeSpan.Zero ? after : TimeSpan.Zero, time, cancellationToken);
    }

    private Task<bool> MoreAsync(CancellationToken cancellationToken)
    {
        if (_more is null or { IsCompleted: true })
        {
            _more = _queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
        }

        return _more;
    }

    private async Task FlushAsync(List<SignalBatch> batches, CancellationToken cancellationToken)
    {
        var coalesced = Collect(batches);
        using var span = Start(batches, coalesced);
        try
        {
            await FlushAsync(batches, Serialize(span), Counts(batches, coalesced), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            span?.Fail(fault);
            throw;
        }
    }

    // A write of checkpoints and counts alone is nothing to follow.
    private BatchSpan? Start(List<SignalBatch> batches, int coalesced)
    {
        var signals = _entries.Count - coalesced;
        return signals == 0 ? null : BatchSpan.Start(WatcherMetrics.Activities, AppendSpan, ActivityKind.Producer, _entries.Select(static entry => entry.Trace))
            ?.Tag(SpanTags.Cluster, clusterId)
            .Tag(SpanTags.BatchSize, signals)
            .Tag(SpanTags.Received, batches.Sum(static batch => batch.Received))
            .Tag(SpanTags.Filtered, batches.Sum(static batch => batch.Filtered))
            .Tag(SpanTags.Deduplicated, coalesced);
    }

    private async Task FlushAsync(List<SignalBatch> batches, List<ReadOnlyMemory<byte>> payloads, List<GateCount> gates, CancellationToken cancellationToken)
    {
        foreach (var batch in batches.Where(static b => b is { Scope: not null, ResourceVersion: not null }))
        {
            _checkpoints[batch.Scope!] = new Checkpoint(clusterId, batch.Scope!, batch.ResourceVersion!, batch.ReceivedAt);
        }

        // A write carries one checkpoint. Those of the other scopes follow in writes of their own: never ahead of their signals.
        var checkpoints = _checkpoints.Values.ToList();
        _checkpoints.Clear();
        await AppendAsync(new AppendBatch(StreamTopics.Signals, payloads, checkpoints.FirstOrDefault(), lease, gates), cancellationToken).ConfigureAwait(false);
        foreach (var checkpoint in checkpoints.Skip(1))
        {
            await AppendAsync(new AppendBatch(StreamTopics.Signals, [], checkpoint, lease), cancellationToken).ConfigureAwait(false);
        }

        Committed(batches, payloads.Count);
    }

    // Several versions of one series in one batch: the last one says all.
    private int Collect(List<SignalBatch> batches)
    {
        _entries.Clear();
        _series.Clear();
        var coalesced = 0;
        foreach (var batch in batches)
        {
            foreach (var signal in batch.Signals)
            {
                var trace = batch.Firsts?.GetValueOrDefault(signal) ?? batch.TraceParent;
                if (signal is FailureSignal failure && !_series.TryAdd(failure.SeriesKey, _entries.Count))
                {
                    var at = _series[failure.SeriesKey];
                    if (Supersedes(failure, (FailureSignal)_entries[at].Signal!))
                    {
                        // What began goes on with the version that stays.
                        trace ??= _entries[at].Trace;
                        _entries[at] = (batch, null, null);
                        coalesced++;
                    }

                    _series[failure.SeriesKey] = _entries.Count;
                }

                _entries.Add((batch, signal, trace));
            }
        }

        return coalesced;
    }

    private static bool Supersedes(FailureSignal next, FailureSignal before) =>
        next.Occurrences >= before.Occurrences && next.Type == before.Type && next.Container == before.Container
        && next.WorkloadName == before.WorkloadName && (next.Sustained || !before.Sustained) && (!next.History || before.History);

    private List<ReadOnlyMemory<byte>> Serialize(BatchSpan? span)
    {
        _slices.Clear();
        if (_buffer.Capacity > KeptBufferBytes)
        {
            _buffer = new ArrayBufferWriter<byte>(1 << 20);
        }

        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        foreach (var (batch, signal, trace) in _entries)
        {
            if (signal is not null)
            {
                var start = _buffer.WrittenCount;
                var context = span is null ? trace : trace is null ? span.Id : span.ContextOf(AppendSpan, trace);
                JsonSerializer.Serialize(writer, new SignalEnvelope(SignalEnvelope.CurrentVersion, batch.ReceivedAt, context, signal), SignalJsonContext.Default.SignalEnvelope);
                writer.Flush();
                writer.Reset();
                _slices.Add((start, _buffer.WrittenCount - start));
            }
        }

        // Only now: the buffer moves while it grows.
        var written = _buffer.WrittenMemory;
        return _slices.ConvertAll(s => written.Slice(s.Start, s.Length));
    }

    private List<GateCount> Counts(List<SignalBatch> batches, int coalesced)
    {
        var gates = new List<GateCount>(3);
        void Add(string gate, long count)
        {
            if (count > 0)
            {
                gates.Add(new GateCount(clusterId, gate, count));
            }
        }

        Add(Gates.Received, batches.Sum(static b => (long)b.Received));
        Add(Gates.Filtered, batches.Sum(static b => (long)b.Filtered));
        Add(Gates.Deduplicated, coalesced);
        Count(Gates.Deduplicated, coalesced);
        return gates;
    }

    private void Count(string gate, int signals) => WatcherMetrics.Signals.Add(signals, new("gate", gate), _cluster[0], _cluster[1]);

    private async Task AppendAsync(AppendBatch batch, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time, random);
        var outage = false;
        while (true)
        {
            try
            {
                await stream.AppendAsync(batch, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is not StaleFenceException && !cancellationToken.IsCancellationRequested)
            {
                var wait = backoff.Next();
                WatcherMetrics.AppendRetries.Add(1, _cluster);
                if (e is not EngineUnavailableException)
                {
                    Log.AppendFailed(logger, e, batch.Payloads.Count, wait.TotalSeconds);
                }
                else if (!outage)
                {
                    outage = true;
                    Log.Waiting(logger, batch.Payloads.Count, e.Message);
                }

                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Committed(List<SignalBatch> batches, int appended)
    {
        Count(WatcherMetrics.Appended, appended);
        if (appended > 0)
        {
            var lag = time.GetUtcNow() - batches[0].ReceivedAt;
            Lag = lag;
            WatcherMetrics.CommitDuration.Record(lag.TotalSeconds, _cluster);
        }

        foreach (var batch in batches)
        {
            batch.Committed?.TrySetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(121, LogLevel.Warning, "[watcher] {Count} signal(s) wait to be stored, and the watch waits with them: {Reason}")]
        public static partial void Waiting(ILogger logger, int count, string reason);

        [LoggerMessage(120, LogLevel.Error, "[watcher] {Count} signal(s) could not be stored and are tried again in {Seconds:0.0} s; the watch waits.")]
        public static partial void AppendFailed(ILogger logger, Exception e, int count, double seconds);
    }
}
