using System.Globalization;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Graph;

/// <summary>The keys of graph nodes: the label, the cluster's id, and what tells the node apart within the cluster, joined by bars.</summary>
internal static class GraphKeys
{
    public static string Cluster(string cluster) => Of(GraphLabels.Cluster, cluster);

    public static string Namespace(string cluster, string name) => Of(GraphLabels.Namespace, cluster, name);

    public static string Workload(string cluster, string @namespace, string kind, string name) => Of(GraphLabels.Workload, cluster, @namespace, kind, name);

    public static string Pod(string cluster, string @namespace, string name) => Of(GraphLabels.Pod, cluster, @namespace, name);

    public static string Node(string cluster, string name) => Of(GraphLabels.Node, cluster, name);

    public static string Image(string cluster, string reference) => Of(GraphLabels.Image, cluster, reference);

    public static string Incident(string cluster, long id) => Of(GraphLabels.Incident, cluster, Text(id));

    public static string Fix(string cluster, long id) => Of(GraphLabels.Fix, cluster, Text(id));

    /// <summary>A rollout's key is unique within its workload.</summary>
    public static string Rollout(string cluster, string @namespace, string kind, string name, string key) =>
        Of(GraphLabels.Rollout, cluster, @namespace, kind, name, key);

    private static string Of(params ReadOnlySpan<string> parts)
    {
        // No name that an API server takes has a bar; what a capture or a log says may have one.
        var escaped = new string[parts.Length];
        for (var part = 0; part < parts.Length; part++)
        {
            escaped[part] = parts[part].Replace("%", "%25", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);
        }

        return string.Join('|', escaped);
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
