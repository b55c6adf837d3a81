using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Classification;

/// <summary>What a node ran short of.</summary>
internal static class EvictionCauses
{
    // The node was low on resource: memory. Threshold quantity: 100Mi, available: 82Mi. Container api was using …
    // The node had condition: [DiskPressure]. | Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.
    public static Classified Explain(IncidentType type, string message, string reason)
    {
        if (reason == "NodeNotReady")
        {
            return new Classified(type, "node is not ready") { NodeCondition = "Ready" };
        }

        var resource = MessageParts.After(message, "low on resource: ", ".") ?? MessageParts.After(message, "had condition: [", "]");
        if (resource is null)
        {
            var cause = CauseText.Normalise(message);
            return new Classified(type, cause.Length == 0 ? "evicted" : cause) { Words = message };
        }

        var condition = resource switch
        {
            _ when resource.Contains("emory", StringComparison.Ordinal) => "MemoryPressure",
            _ when resource.Contains("pid", StringComparison.OrdinalIgnoreCase) => "PIDPressure",
            _ => "DiskPressure",
        };
        var lack = condition switch { "MemoryPressure" => "memory", "PIDPressure" => "process ids", _ => "disk space" };
        return new Classified(type, $"node was low on {lack}") { NodeCondition = condition };
    }
}
