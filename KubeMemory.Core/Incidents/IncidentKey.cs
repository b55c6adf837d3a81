namespace KubeMemory.Core.Incidents;

/// <summary>
/// What makes two signals the same problem: one failure family on one workload's container in one namespace of one cluster.
/// At most one unresolved incident has a given key.
/// </summary>
/// <param name="Container">The container's name; empty where the failure is the pod's (scheduling, volumes, eviction).</param>
public readonly record struct IncidentKey(
    string ClusterId,
    string Namespace,
    string WorkloadKind,
    string WorkloadName,
    string Container,
    FailureFamily Family)
{
    /// <summary>The key as stored: parts joined by '|', which no Kubernetes name can hold and the ingest lets through in none.</summary>
    public override string ToString() => $"{ClusterId}|{Namespace}|{WorkloadKind}|{WorkloadName}|{Container}|{Family}";
}
