using System.Collections.Concurrent;
using System.Diagnostics;

namespace KubeMemory.Tests.Core.Tracing;

/// <summary>Listens to one source, as an exporter would. Sources belong to the process: what other tests do at the same time is heard too.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanRecorder(string source)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = one => one.Name == source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>A trace context as another process would send it.</summary>
    public static string Context() => $"00-{ActivityTraceId.CreateRandom().ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01";

    public IReadOnlyList<Activity> OfTrace(string context) => [.. _ended.Where(span => span.TraceId == ActivityContext.Parse(context, null).TraceId)];

    public void Dispose() => _listener.Dispose();
}
