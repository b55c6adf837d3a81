using System.Collections.Frozen;

namespace KubeMemory.Simulator.Cluster;

/// <summary>One resource that the simulated API server serves, with the names that discovery and errors need.</summary>
/// <param name="Plural">The plural as it stands in URLs, "pods".</param>
/// <param name="Singular">The singular, "pod".</param>
/// <param name="Kind">The kind, "Pod".</param>
/// <param name="Group">The API group; empty for core.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
/// <param name="ShortNames">What kubectl lets one type instead.</param>
public sealed record KubernetesResource(string Plural, string Singular, string Kind, string Group, bool Namespaced, params string[] ShortNames)
{
    /// <summary>Everything that is served, in the order of discovery.</summary>
    public static IReadOnlyList<KubernetesResource> All { get; } =
    [
        new("events", "event", "Event", "", true, "ev"),
        new("namespaces", "namespace", "Namespace", "", false, "ns"),
        new("nodes", "node", "Node", "", false, "no"),
        new("persistentvolumeclaims", "persistentvolumeclaim", "PersistentVolumeClaim", "", true, "pvc"),
        new("pods", "pod", "Pod", "", true, "po"),
        new("daemonsets", "daemonset", "DaemonSet", "apps", true, "ds"),
        new("deployments", "deployment", "Deployment", "apps", true, "deploy"),
        new("replicasets", "replicaset", "ReplicaSet", "apps", true, "rs"),
        new("statefulsets", "statefulset", "StatefulSet", "apps", true, "sts"),
        new("cronjobs", "cronjob", "CronJob", "batch", true, "cj"),
        new("jobs", "job", "Job", "batch", true),
    ];

    private static readonly FrozenDictionary<string, KubernetesResource> ByPlural = All.ToFrozenDictionary(r => r.Plural, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, KubernetesResource> ByKind = All.ToFrozenDictionary(r => r.Kind, StringComparer.Ordinal);

    /// <summary>The apiVersion of its objects: "v1" for core, else "group/v1".</summary>
    public string ApiVersion => Group.Length == 0 ? "v1" : $"{Group}/v1";

    /// <summary>The name with its group, as Kubernetes' errors say it: "pods", "deployments.apps".</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The resource with that plural, or null.</summary>
    public static KubernetesResource? Find(string plural) => ByPlural.GetValueOrDefault(plural);

    /// <summary>The resource with that kind, or null.</summary>
    public static KubernetesResource? FindKind(string kind) => ByKind.GetValueOrDefault(kind);
}
