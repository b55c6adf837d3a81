using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Graph;

/// <summary>
/// Puts a neighbourhood together: all that the incident in the middle hangs on, and of the others what leads from them there. An other incident
/// is one that struck the same workload or a pod of the same name, ran on the same node or the same image, or began after the same rollout: to
/// be in one namespace or cluster alone makes no neighbours, or every incident would be one.
/// </summary>
internal static class Neighbourhood
{
    private static readonly string[] Order =
    [
        GraphLabels.Cluster, GraphLabels.Namespace, GraphLabels.Workload, GraphLabels.Pod, GraphLabels.Node, GraphLabels.Image,
        GraphLabels.Rollout, GraphLabels.Fix,
    ];

    /// <param name="others">Those seen last first.</param>
    /// <returns>Nodes: the incident, the others, then what they hang on by label and name. Edges by type, then by their ends.</returns>
    public static GraphNeighbourhood Around(IncidentParts middle, IReadOnlyList<IncidentParts> others)
    {
        var things = middle.Nodes.Skip(1).ToDictionary(node => node.Key);
        foreach (var other in others)
        {
            foreach (var pod in BesideOf(other, things))
            {
                things.TryAdd(pod.Key, pod);
            }
        }

        GraphNode[] nodes =
        [
            middle.Incident,
            .. others.Select(other => other.Incident),
            .. things.Values.OrderBy(node => Array.IndexOf(Order, node.Label)).ThenBy(node => node.Name, StringComparer.Ordinal).ThenBy(node => node.Key, StringComparer.Ordinal),
        ];
        var keys = nodes.Select(node => node.Key).ToHashSet();
        var edges = others.Prepend(middle)
            .SelectMany(parts => parts.Edges)
            .Where(edge => keys.Contains(edge.From) && keys.Contains(edge.To))
            .Distinct()
            .OrderBy(edge => edge.Type, StringComparer.Ordinal).ThenBy(edge => edge.From, StringComparer.Ordinal).ThenBy(edge => edge.To, StringComparer.Ordinal);
        return new GraphNeighbourhood(nodes, [.. edges]);
    }

    /// <summary>The other incident's pods on a node of the middle's: without them nothing would lead there.</summary>
    private static IEnumerable<GraphNode> BesideOf(IncidentParts other, Dictionary<string, GraphNode> things)
    {
        var beside = other.Edges
            .Where(edge => edge.Type == GraphRelationships.RunsOn && things.ContainsKey(edge.To))
            .Select(edge => edge.From)
            .ToHashSet();
        return other.Nodes.Where(node => beside.Contains(node.Key));
    }
}
