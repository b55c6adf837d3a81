using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Graph;

/// <summary>What one incident hangs on, as nodes and edges: the same whether a graph database keeps them or the incident store is asked.</summary>
/// <param name="Nodes">The incident first, each once; the incident before it is not among them.</param>
/// <param name="Edges">Each once, that to the incident before it included.</param>
internal sealed record IncidentParts(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges)
{
    private const int FixNameLength = 200;

    public GraphNode Incident => Nodes[0];

    public static IncidentParts Of(IncidentFacts facts)
    {
        var parts = new Collection();
        var incident = IncidentOf(facts);
        var cluster = new GraphNode(GraphKeys.Cluster(facts.ClusterId), GraphLabels.Cluster, facts.ClusterName);
        var space = new GraphNode(GraphKeys.Namespace(facts.ClusterId, facts.Namespace), GraphLabels.Namespace, facts.Namespace);
        var workload = WorkloadOf(facts);
        parts.Add(incident);
        parts.Add(incident, GraphRelationships.Struck, workload);
        parts.Add(workload, GraphRelationships.PartOf, space);
        parts.Add(space, GraphRelationships.PartOf, cluster);
        foreach (var pod in facts.Pods)
        {
            var affected = PodOf(facts, pod);
            parts.Add(incident, GraphRelationships.Affected, affected);
            parts.Add(affected, GraphRelationships.BelongsTo, workload);
            if (NodeOf(facts, pod) is { } node)
            {
                parts.Add(affected, GraphRelationships.RunsOn, node);
                parts.Add(node, GraphRelationships.PartOf, cluster);
            }
        }

        if (ImageOf(facts) is { } image)
        {
            parts.Add(incident, GraphRelationships.Ran, image);
        }

        foreach (var rollout in RolloutsBefore(facts))
        {
            var changed = RolloutOf(facts, rollout);
            parts.Add(incident, GraphRelationships.After, changed);
            parts.Add(changed, GraphRelationships.Changed, workload);
        }

        foreach (var fix in facts.Fixes)
        {
            parts.Add(FixOf(facts, fix), GraphRelationships.Fixed, incident);
        }

        if (facts.PreviousId is { } previous)
        {
            parts.Add(new GraphEdge(incident.Key, GraphKeys.Incident(facts.ClusterId, previous), GraphRelationships.Follows));
        }

        return parts.ToParts();
    }

    public static GraphNode IncidentOf(IncidentFacts facts) =>
        new(GraphKeys.Incident(facts.ClusterId, facts.Id), GraphLabels.Incident, facts.Description, facts.Id);

    public static GraphNode WorkloadOf(IncidentFacts facts) => new(
        GraphKeys.Workload(facts.ClusterId, facts.Namespace, facts.WorkloadKind, facts.Workload), GraphLabels.Workload, $"{facts.WorkloadKind}/{facts.Workload}");

    public static GraphNode PodOf(IncidentFacts facts, PodFact pod) =>
        new(GraphKeys.Pod(facts.ClusterId, facts.Namespace, pod.Name), GraphLabels.Pod, pod.Name);

    public static GraphNode? NodeOf(IncidentFacts facts, PodFact pod) =>
        string.IsNullOrEmpty(pod.NodeName) ? null : new(GraphKeys.Node(facts.ClusterId, pod.NodeName), GraphLabels.Node, pod.NodeName);

    public static GraphNode? ImageOf(IncidentFacts facts) =>
        string.IsNullOrEmpty(facts.Image) ? null : new(GraphKeys.Image(facts.ClusterId, facts.Image), GraphLabels.Image, facts.Image);

    public static GraphNode RolloutOf(IncidentFacts facts, RolloutFact rollout) => new(
        GraphKeys.Rollout(facts.ClusterId, facts.Namespace, facts.WorkloadKind, facts.Workload, rollout.Key), GraphLabels.Rollout, rollout.Title);

    public static GraphNode FixOf(IncidentFacts facts, FixFact fix) => new(
        GraphKeys.Fix(facts.ClusterId, fix.Id), GraphLabels.Fix, fix.Text.Length <= FixNameLength ? fix.Text : string.Concat(fix.Text.AsSpan(0, FixNameLength), "…"));

    /// <summary>A rollout after the incident's beginning is no reason for it: it hangs on none.</summary>
    public static IEnumerable<RolloutFact> RolloutsBefore(IncidentFacts facts) => facts.Rollouts.Where(rollout => rollout.At <= facts.OccurredAt);

    private sealed class Collection
    {
        private readonly OrderedDictionary<string, GraphNode> _nodes = [];
        private readonly OrderedDictionary<GraphEdge, bool> _edges = [];

        public void Add(GraphNode node) => _nodes.TryAdd(node.Key, node);

        public void Add(GraphEdge edge) => _edges.TryAdd(edge, true);

        public void Add(GraphNode from, string type, GraphNode to)
        {
            Add(from);
            Add(to);
            Add(new GraphEdge(from.Key, to.Key, type));
        }

        public IncidentParts ToParts() => new([.. _nodes.Values], [.. _edges.Keys]);
    }
}
