using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

/// <summary>What a pod asks for, from the text of its spec: <c>  requests: cpu=800m, memory=100Mi</c>, one line a container.</summary>
internal static class SpecRequests
{
    /// <summary>Of all containers together; null where none asks for it, or the spec is not to be seen.</summary>
    public static decimal? Of(string? spec, string resource)
    {
        decimal? sum = null;
        foreach (var line in (spec ?? "").Split('\n', StringSplitOptions.TrimEntries).Where(l => l.StartsWith("requests: ", StringComparison.Ordinal)))
        {
            foreach (var pair in line["requests: ".Length..].Split(", "))
            {
                if (pair.Split('=') is [var name, var amount] && name == resource && Quantity.Parse(amount) is { } asked)
                {
                    sum = (sum ?? 0) + asked;
                }
            }
        }

        return sum;
    }
}
