using System.Diagnostics;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Tracing;

namespace KubeMemory.Watcher.Watch;

/// <summary>
/// Which failures begin something, as far as a watch can tell: those of a problem that has been quiet. Each of them begins a trace, which
/// ends in the browser; what merely repeats, or comes from a first list, is counted and not followed. Thread-safe.
/// </summary>
internal sealed class FirstSights
{
    /// <summary>Traces that one read may begin; the others go on in the trace of their batch.</summary>
    public const int PerRead = 32;

    /// <summary>Problems that are remembered; when they are more, those that are quiet are forgotten, or else all.</summary>
    public const int Kept = 10_000;

    /// <summary>No incident is resolved in less: until then a failure of the same problem is a repetition.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<IncidentKey, DateTimeOffset> _seen = [];

    /// <summary>Null where nobody listens, or nothing begins.</summary>
    public ReceivedSpans? Begin(SignalBatch batch)
    {
        if (batch.Signals.Count == 0 || !WatcherMetrics.Activities.HasListeners())
        {
            return null;
        }

        ReceivedSpans? spans = null;
        foreach (var failure in batch.Signals.OfType<FailureSignal>().Where(static failure => !failure.History))
        {
            if (IsFirst(failure.IncidentKey, batch.ReceivedAt) && (spans?.Count ?? 0) < PerRead)
            {
                (spans ??= new ReceivedSpans()).Begin(failure, batch.ReceivedAt);
            }
        }

        return spans;
    }

    private bool IsFirst(IncidentKey key, DateTimeOffset at)
    {
        lock (_lock)
        {
            var first = !_seen.TryGetValue(key, out var last) || at - last >= Quiet;
            if (_seen.Count >= Kept && !_seen.ContainsKey(key))
            {
                Forget(at);
            }

            _seen[key] = at;
            return first;
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, at) in _seen)
        {
            if (now - at >= Quiet)
            {
                _seen.Remove(key);
            }
        }

        if (_seen.Count >= Kept)
        {
            _seen.Clear();
        }
    }
}

/// <summary>The spans "receive event" of one read: from its arrival until the batch for the stream has taken it.</summary>
internal sealed class ReceivedSpans : IDisposable
{
    // By reference: a signal is a record, and comparing one costs more than all the rest.
    private readonly Dictionary<Signal, Activity> _spans = new(ReferenceEqualityComparer.Instance);

    public int Count => _spans.Count;

    /// <summary>W3C trace contexts by signal.</summary>
    public IReadOnlyDictionary<Signal, string> Contexts =>
        _spans.ToDictionary(static one => one.Key, static one => one.Value.Id!, (IEqualityComparer<Signal>)ReferenceEqualityComparer.Instance);

    public void Begin(FailureSignal signal, DateTimeOffset receivedAt)
    {
        var outer = Activity.Current;
        Activity.Current = null;
        var span = WatcherMetrics.Activities.StartActivity("receive event", ActivityKind.Consumer, parentContext: default, startTime: receivedAt);
        Activity.Current = outer;
        if (span is null)
        {
            return;
        }

        _spans[signal] = span
            .SetTag(SpanTags.Cluster, signal.ClusterId)
            .SetTag(SpanTags.Namespace, signal.Namespace)
            .SetTag(SpanTags.Workload, $"{signal.WorkloadKind}/{signal.WorkloadName}")
            .SetTag(SpanTags.Container, signal.Container)
            .SetTag(SpanTags.Reason, signal.Reason)
            .SetTag(SpanTags.IncidentType, signal.Type.ToString());
    }

    public void Dispose()
    {
        foreach (var span in _spans.Values)
        {
            var outer = Activity.Current;
            span.Dispose();
            Activity.Current = outer;
        }
    }
}
