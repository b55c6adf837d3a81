using System.Text.Json;

namespace KubeMemory.Core.Kubernetes;

/// <summary>Why a node does not take a pod, whatever room it has: cordoned, a taint, the node selector. Affinity rules are not evaluated.</summary>
internal static class NodeFit
{
    /// <summary>A few words; null where nothing of it keeps the pod away.</summary>
    /// <param name="spec">Null where it is not to be seen: then only a cordon counts.</param>
    public static string? KeptAway(KubeNode node, PodSpec? spec)
    {
        if (node.Spec?.Unschedulable == true)
        {
            return "cordoned";
        }

        if (spec is null)
        {
            return null;
        }

        if (Array.Find(node.Spec?.Taints ?? [], t => t.Effect is "NoSchedule" or "NoExecute" && !IsTolerated(t, spec.Tolerations)) is { } taint)
        {
            return $"has taint {taint.Key}{(string.IsNullOrEmpty(taint.Value) ? "" : "=" + taint.Value)}";
        }

        return (spec.NodeSelector ?? []).Any(label => node.Metadata.Labels?.GetValueOrDefault(label.Key) != label.Value) ? "does not match the node selector" : null;
    }

    // [{"key": "dedicated", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"}, {"operator": "Exists"}]
    private static bool IsTolerated(NodeTaint taint, JsonElement? tolerations) =>
        tolerations is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(t => t.ValueKind == JsonValueKind.Object
            && (Text(t, "effect") is not { Length: > 0 } effect || effect == taint.Effect)
            && (Text(t, "key") is not { Length: > 0 } key ? Text(t, "operator") == "Exists" : key == taint.Key)
            && (Text(t, "operator") == "Exists" || (Text(t, "value") ?? "") == (taint.Value ?? "")));

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
