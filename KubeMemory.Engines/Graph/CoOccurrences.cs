using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Graph;

internal static class CoOccurrences
{
    /// <summary>What two incidents may share, sorted.</summary>
    public static IReadOnlyList<string> SharedLabels { get; } =
        [GraphLabels.Image, GraphLabels.Namespace, GraphLabels.Node, GraphLabels.Pod, GraphLabels.Workload];
}
