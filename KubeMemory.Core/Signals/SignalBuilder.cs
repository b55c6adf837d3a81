using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Signals;

/// <summary>Makes signals of Events and of the state of pods and nodes: classified, owner resolved, redacted. Thread-safe.</summary>
public sealed class SignalBuilder(string clusterId, ClusterView view, Redactor redactor)
{
    /// <summary>The Event as a signal; null where it is filtered: Normal, about something not watched, or normal life that only looks bad.</summary>
    /// <param name="history">Read from the first list.</param>
    /// <param name="now">Taken as the Event's time only where the Event says none.</param>
    public FailureSignal? FromEvent(KubeEvent e, bool history, DateTimeOffset now)
    {
        _ = (clusterId, view, redactor, e, history, now);
        return null;
    }

    /// <summary>What the pod's state alone tells: OOM kills, crash loops, image and configuration trouble, unschedulable, evicted, long unready.</summary>
    public IReadOnlyList<FailureSignal> FromPod(KubePod pod, bool history, DateTimeOffset now)
    {
        _ = (clusterId, pod, history, now);
        return [];
    }

    /// <summary>A node that is not ready or under pressure.</summary>
    public IReadOnlyList<FailureSignal> FromNode(KubeNode node, bool history, DateTimeOffset now)
    {
        _ = (clusterId, node, history, now);
        return [];
    }

    /// <summary>How the workload stands in the view.</summary>
    public HealthSignal Health(WorkloadRef workload, DateTimeOffset now)
    {
        var (desired, ready, since) = view.Readiness(workload);
        return new HealthSignal
        {
            ClusterId = clusterId,
            Namespace = workload.Namespace,
            WorkloadKind = workload.Kind,
            WorkloadName = workload.Name,
            Desired = desired,
            Ready = ready,
            AllReadySince = since,
            At = now,
        };
    }
}
