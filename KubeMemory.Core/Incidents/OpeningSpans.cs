using System.Diagnostics;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Tracing;

namespace KubeMemory.Core.Incidents;

/// <summary>
/// The span "open incident" of each incident that a batch opens, which lasts until the batch is committed. A change that an engine runs again
/// opens the same ones again: they keep their spans. What a first list brings is history and gets none.
/// </summary>
internal sealed class OpeningSpans(BatchSpan batch)
{
    private readonly Dictionary<IncidentKey, Activity?> _spans = [];

    /// <summary>The context under which the incident goes on; null where it has no span of its own.</summary>
    public string? Begin(FailureSignal signal, IncidentKey key, long incidentId, string? traceParent)
    {
        if (signal.History)
        {
            return null;
        }

        if (!_spans.TryGetValue(key, out var span))
        {
            _spans[key] = span = batch.Begin("open incident", traceParent);
        }

        span?.SetTag(SpanTags.Incident, incidentId)
            .SetTag(SpanTags.IncidentType, signal.Type.ToString())
            .SetTag(SpanTags.Cluster, key.ClusterId)
            .SetTag(SpanTags.Namespace, key.Namespace)
            .SetTag(SpanTags.Workload, $"{key.WorkloadKind}/{key.WorkloadName}");
        return span?.Id;
    }
}
