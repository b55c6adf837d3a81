using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Signals;

/// <summary>Facts as evidence: redacted and bounded (a log is its last 200 lines, any text at most 64 KiB).</summary>
public static class EvidenceBuilder
{
    /// <summary>How many of a log's last lines are kept: what to ask the API server for.</summary>
    public const int LogLines = 200;

    /// <summary>How much of any text is kept, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>How many rollouts of a Deployment are told, newest first.</summary>
    public const int Rollouts = 5;

    /// <summary>The text of an Event.</summary>
    public static EvidenceItem Event(FailureSignal signal) =>
        new(EvidenceKind.Event, $"event|{signal.SeriesKey}", signal.Reason, signal.Message, signal.LastSeen, signal.PodName, signal.Container);

    /// <summary>Of each container (or of the one named) that has something to say: its state and how it last ended.</summary>
    public static IReadOnlyList<EvidenceItem> ContainerStates(KubePod pod, string? container, DateTimeOffset observedAt, Redactor redactor)
    {
        _ = (pod, container, observedAt, redactor);
        return [];
    }

    /// <summary>Image, resources, probes, command and environment of the container; empty or null: of all.</summary>
    public static EvidenceItem? PodSpec(KubePod pod, string? container, DateTimeOffset observedAt, Redactor redactor)
    {
        _ = (pod, container, observedAt, redactor);
        return null;
    }

    /// <summary>The node's conditions, those in trouble first, its taints and what it can give.</summary>
    public static EvidenceItem? Node(KubeNode node, DateTimeOffset observedAt, Redactor redactor)
    {
        _ = (node, observedAt, redactor);
        return null;
    }

    /// <summary>The Deployment's last ReplicaSets; null where none of <paramref name="replicaSets"/> is its own.</summary>
    public static EvidenceItem? Rollout(WorkloadRef deployment, IReadOnlyList<KubeWorkload> replicaSets, DateTimeOffset observedAt, Redactor redactor)
    {
        _ = (deployment, replicaSets, observedAt, redactor);
        return null;
    }

    /// <summary>The tail of a log.</summary>
    public static EvidenceItem Log(string pod, string container, bool previous, string text, DateTimeOffset observedAt, Redactor redactor) =>
        new(EvidenceKind.Log, $"log|{pod}|{container}|{(previous ? "previous" : "current")}", "Log", redactor.Redact(text), observedAt, pod, container, previous);
}
