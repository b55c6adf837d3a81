namespace KubeMemory.Core.Kubernetes;

internal static class NodeConditions
{
    /// <summary>
    /// Ready should be true, the conditions that the kubelet and the network plug-in set should be false. Conditions of others (the
    /// node problem detector, cloud providers) are told but are no trouble by themselves.
    /// </summary>
    public static bool IsTrouble(StatusCondition condition) => condition.Type switch
    {
        "Ready" => condition.Status != "True",
        "MemoryPressure" or "DiskPressure" or "PIDPressure" or "NetworkUnavailable" => condition.Status == "True",
        _ => false,
    };
}
