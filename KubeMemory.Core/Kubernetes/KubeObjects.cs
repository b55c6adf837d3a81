using System.Text.Json;
using System.Text.Json.Serialization;

namespace KubeMemory.Core.Kubernetes;

// Only the fields that KubeMemory reads; everything else in an object is skipped by the parser. Every reference may be null:
// these are other people's objects. Where a name or the metadata is null in the JSON, it is taken as empty.

public sealed class ObjectMeta
{
    public string Name { get; set => field = value ?? ""; } = "";

    public string Namespace { get; set => field = value ?? ""; } = "";

    public string Uid { get; set => field = value ?? ""; } = "";

    public string ResourceVersion { get; set => field = value ?? ""; } = "";

    public DateTimeOffset? CreationTimestamp { get; set; }

    public DateTimeOffset? DeletionTimestamp { get; set; }

    public Dictionary<string, string>? Labels { get; set; }

    public Dictionary<string, string>? Annotations { get; set; }

    public OwnerReference[]? OwnerReferences { get; set; }
}

public sealed class OwnerReference
{
    public string Kind { get; set => field = value ?? ""; } = "";

    public string Name { get; set => field = value ?? ""; } = "";

    public string Uid { get; set => field = value ?? ""; } = "";

    public bool? Controller { get; set; }
}

/// <summary>core/v1 Event (events.k8s.io/v1 maps to the same fields when read through core/v1).</summary>
public sealed class KubeEvent
{
    public ObjectMeta Metadata { get; set => field = value ?? new(); } = new();

    public ObjectReference? InvolvedObject { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public string? Type { get; set; }

    public int? Count { get; set; }

    public DateTimeOffset? FirstTimestamp { get; set; }

    public DateTimeOffset? LastTimestamp { get; set; }

    public DateTimeOffset? EventTime { get; set; }

    public EventSeries? Series { get; set; }

    public EventSource? Source { get; set; }

    public string? ReportingComponent { get; set; }

    public string? ReportingInstance { get; set; }
}

public sealed class ObjectReference
{
    public string? Kind { get; set; }

    public string? Namespace { get; set; }

    public string? Name { get; set; }

    public string? Uid { get; set; }

    /// <summary><c>spec.containers{name}</c> or <c>spec.initContainers{name}</c>.</summary>
    public string? FieldPath { get; set; }
}

public sealed class EventSeries
{
    public int? Count { get; set; }

    public DateTimeOffset? LastObservedTime { get; set; }
}

public sealed class EventSource
{
    public string? Component { get; set; }

    public string? Host { get; set; }
}

public sealed class KubePod
{
    public ObjectMeta Metadata { get; set => field = value ?? new(); } = new();

    public PodSpec? Spec { get; set; }

    public PodStatus? Status { get; set; }
}

public sealed class PodSpec
{
    public string? NodeName { get; set; }

    public string? RestartPolicy { get; set; }

    public ContainerSpec[]? Containers { get; set; }

    public ContainerSpec[]? InitContainers { get; set; }

    public Dictionary<string, string>? NodeSelector { get; set; }

    /// <summary>Kept as it is: evidence only.</summary>
    public JsonElement? Affinity { get; set; }

    public JsonElement? Tolerations { get; set; }

    public JsonElement? Volumes { get; set; }

    /// <summary>Of the pod as a whole, where it asks so (Kubernetes 1.32).</summary>
    public ResourceRequirements? Resources { get; set; }

    /// <summary>What its runtime class adds.</summary>
    public Dictionary<string, string>? Overhead { get; set; }
}

public sealed class ContainerSpec
{
    public string Name { get; set => field = value ?? ""; } = "";

    public string? Image { get; set; }

    public string? ImagePullPolicy { get; set; }

    public string[]? Command { get; set; }

    public string[]? Args { get; set; }

    public ResourceRequirements? Resources { get; set; }

    public JsonElement? LivenessProbe { get; set; }

    public JsonElement? ReadinessProbe { get; set; }

    public JsonElement? StartupProbe { get; set; }

    public JsonElement? Env { get; set; }

    public JsonElement? EnvFrom { get; set; }

    /// <summary><c>Always</c> on an init container makes it a sidecar.</summary>
    public string? RestartPolicy { get; set; }
}

public sealed class ResourceRequirements
{
    public Dictionary<string, string>? Requests { get; set; }

    public Dictionary<string, string>? Limits { get; set; }
}

public sealed class PodStatus
{
    public string? Phase { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? StartTime { get; set; }

    public StatusCondition[]? Conditions { get; set; }

    public ContainerStatus[]? ContainerStatuses { get; set; }

    public ContainerStatus[]? InitContainerStatuses { get; set; }
}

public sealed class StatusCondition
{
    public string Type { get; set => field = value ?? ""; } = "";

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? LastTransitionTime { get; set; }
}

public sealed class ContainerStatus
{
    public string Name { get; set => field = value ?? ""; } = "";

    public string? Image { get; set; }

    public bool Ready { get; set; }

    public bool? Started { get; set; }

    public int RestartCount { get; set; }

    public ContainerState? State { get; set; }

    public ContainerState? LastState { get; set; }
}

public sealed class ContainerState
{
    public WaitingState? Waiting { get; set; }

    public RunningState? Running { get; set; }

    public TerminatedState? Terminated { get; set; }
}

public sealed class WaitingState
{
    public string? Reason { get; set; }

    public string? Message { get; set; }
}

public sealed class RunningState
{
    public DateTimeOffset? StartedAt { get; set; }
}

public sealed class TerminatedState
{
    public int ExitCode { get; set; }

    public int? Signal { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>ReplicaSet, Deployment, StatefulSet, DaemonSet, Job, CronJob, PersistentVolumeClaim: what is read of them.</summary>
public sealed class KubeWorkload
{
    /// <summary>Absent in the items of a list: the reader of the list sets it.</summary>
    public string Kind { get; set => field = value ?? ""; } = "";

    public ObjectMeta Metadata { get; set => field = value ?? new(); } = new();

    public WorkloadSpec? Spec { get; set; }

    public WorkloadStatus? Status { get; set; }
}

public sealed class WorkloadSpec
{
    public int? Replicas { get; set; }

    public int? Completions { get; set; }

    public int? Parallelism { get; set; }

    public int? BackoffLimit { get; set; }

    public bool? Suspend { get; set; }

    public PodTemplate? Template { get; set; }
}

public sealed class PodTemplate
{
    public PodSpec? Spec { get; set; }
}

public sealed class WorkloadStatus
{
    /// <summary>Of a PersistentVolumeClaim.</summary>
    public string? Phase { get; set; }

    public int? Replicas { get; set; }

    public int? ReadyReplicas { get; set; }

    public int? UpdatedReplicas { get; set; }

    public int? DesiredNumberScheduled { get; set; }

    public int? NumberReady { get; set; }

    public int? Active { get; set; }

    public int? Succeeded { get; set; }

    public int? Failed { get; set; }

    public DateTimeOffset? CompletionTime { get; set; }

    public StatusCondition[]? Conditions { get; set; }
}

public sealed class KubeNode
{
    public ObjectMeta Metadata { get; set => field = value ?? new(); } = new();

    public NodeSpec? Spec { get; set; }

    public NodeStatus? Status { get; set; }
}

public sealed class NodeSpec
{
    public bool? Unschedulable { get; set; }

    public NodeTaint[]? Taints { get; set; }
}

public sealed class NodeTaint
{
    public string? Key { get; set; }

    public string? Value { get; set; }

    public string? Effect { get; set; }
}

public sealed class NodeStatus
{
    public StatusCondition[]? Conditions { get; set; }

    public Dictionary<string, string>? Allocatable { get; set; }

    public Dictionary<string, string>? Capacity { get; set; }
}

public sealed class KubeNamespace
{
    public ObjectMeta Metadata { get; set => field = value ?? new(); } = new();
}

public sealed class ListMeta
{
    public string? ResourceVersion { get; set; }

    public string? Continue { get; set; }
}

public sealed class KubeList<T>
{
    public ListMeta? Metadata { get; set; }

    /// <summary>Null as well as empty where there are none.</summary>
    public T[]? Items { get; set; }
}

/// <summary>What the API server answers instead of an object: <c>{"kind":"Status","status":"Failure","reason":"Expired","code":410,…}</c>.</summary>
public sealed class KubeStatus
{
    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public int? Code { get; set; }

    public StatusDetails? Details { get; set; }

    public ListMeta? Metadata { get; set; }
}

public sealed class StatusDetails
{
    public int? RetryAfterSeconds { get; set; }
}

public sealed class KubeVersion
{
    public string? GitVersion { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(KubeEvent))]
[JsonSerializable(typeof(KubePod))]
[JsonSerializable(typeof(KubeWorkload))]
[JsonSerializable(typeof(KubeNode))]
[JsonSerializable(typeof(KubeNamespace))]
[JsonSerializable(typeof(KubeStatus))]
[JsonSerializable(typeof(KubeVersion))]
[JsonSerializable(typeof(KubeList<KubeEvent>))]
[JsonSerializable(typeof(KubeList<KubePod>))]
[JsonSerializable(typeof(KubeList<KubeWorkload>))]
[JsonSerializable(typeof(KubeList<KubeNode>))]
[JsonSerializable(typeof(KubeList<KubeNamespace>))]
public sealed partial class KubeJsonContext : JsonSerializerContext;
