namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class NodesSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        ApiEviction.Instance,
        DiskPressureEviction.Instance,
        MemoryPressureEviction.Instance,
        NodeNetworkUnavailable.Instance,
        NodeNotReady.Instance,
        NodePressureCondition.Instance,
        NodeShutdown.Instance,
        OwnStorageEviction.Instance,
        Preempted.Instance,
        ProcessPressureEviction.Instance,
        TaintEviction.Instance,
    ];
}
