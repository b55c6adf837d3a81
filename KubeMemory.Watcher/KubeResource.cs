using System.Text.Json.Serialization.Metadata;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Watcher;

/// <summary>A kind of object as the API server serves it.</summary>
/// <param name="Group">Empty for the core group; the version is v1 always.</param>
/// <param name="FieldSelector">Applied to every list and watch.</param>
/// <param name="Watchable">False where the rights that KubeMemory asks for hold no watch: it is listed every minute instead.</param>
public sealed record KubeResource<T>(
    string Group,
    string Plural,
    string Kind,
    JsonTypeInfo<T> Type,
    JsonTypeInfo<KubeList<T>> ListType,
    Func<T, ObjectMeta> Meta,
    string? FieldSelector = null,
    bool Watchable = true)
    where T : class
{
    /// <summary>Relative to the server's address, without a leading slash.</summary>
    public string Path(string? ns)
    {
        var root = Group.Length == 0 ? "api/v1" : $"apis/{Group}/v1";
        return ns is null ? $"{root}/{Plural}" : $"{root}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}";
    }
}

/// <summary>Everything that KubeMemory reads.</summary>
public static class KubeResources
{
    /// <summary><c>type!=Normal</c> is Warning and whatever else somebody invents.</summary>
    public static KubeResource<KubeEvent> Events { get; } = new(
        "", "events", "Event", KubeJsonContext.Default.KubeEvent, KubeJsonContext.Default.KubeListKubeEvent, static e => e.Metadata, "type!=Normal");

    public static KubeResource<KubePod> Pods { get; } = new(
        "", "pods", "Pod", KubeJsonContext.Default.KubePod, KubeJsonContext.Default.KubeListKubePod, static p => p.Metadata);

    public static KubeResource<KubeNode> Nodes { get; } = new(
        "", "nodes", "Node", KubeJsonContext.Default.KubeNode, KubeJsonContext.Default.KubeListKubeNode, static n => n.Metadata, Watchable: false);

    public static KubeResource<KubeNamespace> Namespaces { get; } = new(
        "", "namespaces", "Namespace", KubeJsonContext.Default.KubeNamespace, KubeJsonContext.Default.KubeListKubeNamespace, static n => n.Metadata, Watchable: false);

    /// <summary>What owns pods, and what they claim.</summary>
    public static IReadOnlyList<KubeResource<KubeWorkload>> Workloads { get; } =
    [
        Workload("apps", "replicasets", "ReplicaSet"),
        Workload("apps", "deployments", "Deployment"),
        Workload("apps", "statefulsets", "StatefulSet"),
        Workload("apps", "daemonsets", "DaemonSet"),
        Workload("batch", "jobs", "Job"),
        Workload("batch", "cronjobs", "CronJob"),
        Workload("", "persistentvolumeclaims", "PersistentVolumeClaim"),
    ];

    private static KubeResource<KubeWorkload> Workload(string group, string plural, string kind) => new(
        group, plural, kind, KubeJsonContext.Default.KubeWorkload, KubeJsonContext.Default.KubeListKubeWorkload, static w => w.Metadata);
}
