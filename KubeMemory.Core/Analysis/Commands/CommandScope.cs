using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Analysis.Commands;

/// <summary>What the commands of an incident may be about.</summary>
/// <param name="Thing">What the rules name, like a host; null where they name nothing.</param>
/// <param name="LookOnly">Nothing that changes the cluster is taken.</param>
internal sealed record CommandScope(
    string Namespace, string WorkloadKind, string Workload, string? Pod, string? Node, string? Image, string? Thing, bool LookOnly)
{
    public static CommandScope Of(DiagnosisCase incident, Finding? finding, bool lookOnly) => new(
        incident.Namespace, incident.WorkloadKind, incident.Workload, incident.PodName, incident.NodeName, incident.Image, finding?.Thing, lookOnly);

    /// <summary>A pod or job of the workload: what it makes begins with its name.</summary>
    public bool IsOwn(string name) => name == Workload || name == Pod || name.StartsWith(Workload + "-", StringComparison.Ordinal);

    public bool IsWorkload(string kind, string name) => name == Workload && WorkloadKind.Equals(SingularOf(kind), StringComparison.OrdinalIgnoreCase);

    /// <summary><c>deploy</c>, <c>deployments</c> and <c>deployment.apps</c> are a deployment.</summary>
    public static string SingularOf(string kind)
    {
        var plain = kind.Split('.', 2)[0].ToLowerInvariant();
        return plain switch
        {
            "deploy" or "deployments" => "deployment",
            "sts" or "statefulsets" => "statefulset",
            "ds" or "daemonsets" => "daemonset",
            "rs" or "replicasets" => "replicaset",
            "cj" or "cronjobs" => "cronjob",
            "jobs" => "job",
            "po" or "pods" => "pod",
            "no" or "nodes" => "node",
            "ns" or "namespaces" => "namespace",
            "secrets" => "secret",
            "cm" or "configmaps" => "configmap",
            "svc" or "services" => "service",
            "ing" or "ingresses" => "ingress",
            "pvc" or "persistentvolumeclaims" => "persistentvolumeclaim",
            "hpa" or "horizontalpodautoscalers" => "horizontalpodautoscaler",
            "quota" or "resourcequotas" => "resourcequota",
            "limits" or "limitranges" => "limitrange",
            _ => plain,
        };
    }
}
