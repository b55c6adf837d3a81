using System.Text.Json.Serialization;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Signals;

/// <summary>
/// What the watcher tells the rest: redacted, bounded, self-contained. Travels through the signal stream inside a
/// <see cref="SignalEnvelope"/>; every consumer is idempotent, because delivery is at least once.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FailureSignal), "failure")]
[JsonDerivedType(typeof(HealthSignal), "health")]
[JsonDerivedType(typeof(EvidenceSignal), "evidence")]
[JsonDerivedType(typeof(ClusterSignal), "cluster")]
public abstract record Signal
{
    /// <summary>The UID of the namespace kube-system; where that may not be read, a hash of server and CA.</summary>
    public required string ClusterId { get; init; }
}

public enum SignalSource
{
    /// <summary>A version of a Kubernetes Event.</summary>
    Event,

    /// <summary>The state of a pod or node; counted only where no Event covers it.</summary>
    State,
}

/// <summary>A failure: one version of one Event series, or one fact read from a pod's or a node's state.</summary>
public sealed record FailureSignal : Signal
{
    public required SignalSource Source { get; init; }

    /// <summary>
    /// The idempotency key within the cluster. Event: <c>e|namespace|event name|first time (Unix µs)</c>.
    /// State: <c>s|pod UID|container|finishedAt (Unix µs)</c>, or <c>s|pod UID|container|reason</c> where nothing finished.
    /// </summary>
    public required string SeriesKey { get; init; }

    public required string Namespace { get; init; }

    /// <summary>The object that the Event is about: Pod, ReplicaSet, Job, PersistentVolumeClaim, Node, …</summary>
    public required string SubjectKind { get; init; }

    public required string SubjectName { get; init; }

    public string? SubjectUid { get; init; }

    /// <summary>Deployment, StatefulSet, DaemonSet, Job, CronJob, or the subject's own kind where nothing owns it.</summary>
    public required string WorkloadKind { get; init; }

    public required string WorkloadName { get; init; }

    /// <summary>Empty where the failure is the pod's.</summary>
    public string Container { get; init; } = "";

    public string? PodName { get; init; }

    public string? PodUid { get; init; }

    public string? NodeName { get; init; }

    public string? Image { get; init; }

    public required IncidentType Type { get; init; }

    /// <summary>The Event's reason, or the state's (OOMKilled, CrashLoopBackOff, Unschedulable, …).</summary>
    public required string Reason { get; init; }

    /// <summary>Redacted, hidden characters stripped, at most 2,048 characters.</summary>
    public required string Message { get; init; }

    /// <summary>One line in plain words for lists, at most 300 characters.</summary>
    public required string Description { get; init; }

    /// <summary>Type and normalised cause without identity: what crosses workloads and clusters.</summary>
    public required string Signature { get; init; }

    /// <summary>What a storm may gather on: <c>registry:host</c>, <c>image:ref</c>, <c>node-condition:node/cond</c>, <c>quota:ns/name</c>, <c>volume:name</c>, <c>dns:name</c>.</summary>
    public IReadOnlyList<string> CauseKeys { get; init; } = [];

    /// <summary>Of the whole series so far, at least 1: never a delta. The highest one ever seen counts.</summary>
    public required long Occurrences { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public int? RestartCount { get; init; }

    public int? ExitCode { get; init; }

    public int? DesiredReplicas { get; init; }

    public int? ReadyReplicas { get; init; }

    /// <summary>A probe failure whose pod has been unready for five minutes since its start: it is not held any longer.</summary>
    public bool Sustained { get; init; }

    /// <summary>A probe failure within five minutes of its pod's start: one of them a pod is how a rollout looks.</summary>
    public bool StartUp { get; init; }

    /// <summary>Read from the first list: it fills the history and fires no live alert.</summary>
    public bool History { get; init; }

    [JsonIgnore]
    public IncidentKey IncidentKey => new(ClusterId, Namespace, WorkloadKind, WorkloadName, Container, Type.Family());
}

/// <summary>How many of a workload's replicas are ready. Resolves incidents; sent when it changes and after every list.</summary>
public sealed record HealthSignal : Signal
{
    public required string Namespace { get; init; }

    public required string WorkloadKind { get; init; }

    public required string WorkloadName { get; init; }

    /// <summary>0 where the workload is gone or scaled to nothing. A succeeded Job counts as ready.</summary>
    public required int Desired { get; init; }

    public required int Ready { get; init; }

    /// <summary>The workload was deleted, scaled to nothing or suspended: there is nothing left to fail.</summary>
    public bool Gone { get; init; }

    /// <summary>Since when all desired replicas are ready; null while they are not.</summary>
    public DateTimeOffset? AllReadySince { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>The watcher's answer to an evidence request: facts, and what could not be had and why.</summary>
public sealed record EvidenceSignal : Signal
{
    public required long IncidentId { get; init; }

    public required IReadOnlyList<EvidenceItem> Items { get; init; }

    /// <summary>One sentence for each thing that could not be read.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>A cluster came into sight, or an imported capture did.</summary>
public sealed record ClusterSignal : Signal
{
    /// <summary>What people call it: the context's or the capture's name.</summary>
    public required string Name { get; init; }

    /// <summary>The clock of an imported capture: age, quiet and resolution are judged at it. Null for a live cluster.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>False where pods can be neither watched nor read: incidents then go stale instead of resolved.</summary>
    public bool PodsReadable { get; init; } = true;
}

public enum EvidenceKind
{
    Event,
    ContainerState,
    Log,
    PodSpec,
    NodeCondition,
    Rollout,
}

/// <summary>A redacted fact.</summary>
/// <param name="Key">Unique within the incident: a newer item under the same key replaces the older one.</param>
/// <param name="Text">At most 64 KiB; a log is its last 200 lines.</param>
/// <param name="Previous">For logs: of the container's previous instance.</param>
public sealed record EvidenceItem(
    EvidenceKind Kind,
    string Key,
    string Title,
    string Text,
    DateTimeOffset ObservedAt,
    string? PodName = null,
    string? Container = null,
    bool Previous = false);

/// <summary>The incident asks the watcher of its cluster for evidence, once and again on material change.</summary>
public sealed record EvidenceRequest(
    long IncidentId,
    string ClusterId,
    string Namespace,
    string WorkloadKind,
    string WorkloadName,
    string Container,
    IncidentType Type,
    IReadOnlyList<string> Pods,
    string? TraceParent);

/// <summary>One entry of the signal stream.</summary>
/// <param name="Version">Of this envelope's shape; a reader refuses a newer one into the dead letters.</param>
/// <param name="TraceParent">W3C trace context of the span that appended it; null where the watcher is not traced.</param>
public sealed record SignalEnvelope(int Version, DateTimeOffset ReceivedAt, string? TraceParent, Signal Signal)
{
    public const int CurrentVersion = 1;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    // Not WhenWritingDefault: the first value of an enum and 0 would be left out, and a required one is missed when read.
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SignalEnvelope))]
[JsonSerializable(typeof(EvidenceRequest))]
public sealed partial class SignalJsonContext : JsonSerializerContext;
