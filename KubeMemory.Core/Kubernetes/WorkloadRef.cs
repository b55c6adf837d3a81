namespace KubeMemory.Core.Kubernetes;

/// <summary>The top controller of a pod; a bare pod is its own workload.</summary>
public readonly record struct WorkloadRef(string Namespace, string Kind, string Name);
