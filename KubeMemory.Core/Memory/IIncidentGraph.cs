namespace KubeMemory.Core.Memory;

/// <summary>
/// How incidents hang together: by workload, pod, node, image, rollout, and time. Nothing of one cluster ever leads to another one, whatever
/// their names. A projection of the incident store, or that store itself asked in another way. Thread-safe.
/// </summary>
public interface IIncidentGraph
{
    /// <summary>Makes it ready to be written: constraints and the like. Harmless when repeated.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Puts the incidents in as they are now, with all that hangs on them; what hung on them before and no longer does is taken off.</summary>
    Task UpsertAsync(IReadOnlyList<IncidentFacts> incidents, CancellationToken cancellationToken);

    /// <summary>Takes the incidents out, and what hung on nothing else.</summary>
    Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken);

    /// <summary>
    /// Other incidents of the same cluster that began within <paramref name="within"/> of it, before or after (both ends count; the whole
    /// distance, days included), nearest first, then by id.
    /// </summary>
    Task<IReadOnlyList<CoOccurrence>> FindCoOccurringAsync(long incidentId, TimeSpan within, int max, CancellationToken cancellationToken);

    /// <summary>The incident in the middle, what it hangs on, and other incidents that hang on the same; null where it is not in the graph.</summary>
    /// <param name="maxIncidents">How many other incidents, those seen last first.</param>
    Task<GraphNeighbourhood?> GetNeighbourhoodAsync(long incidentId, int maxIncidents, CancellationToken cancellationToken);

    /// <summary>How many incidents are in the graph.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>Empties it.</summary>
    Task DropAsync(CancellationToken cancellationToken);
}

/// <param name="Apart">From the asked incident's beginning to this one's; negative where this one was first.</param>
/// <param name="Shared">What both hang on, of <see cref="GraphLabels"/> (Namespace, Workload, Pod, Node, Image), sorted; may be empty.</param>
public sealed record CoOccurrence(long IncidentId, TimeSpan Apart, IReadOnlyList<string> Shared);

/// <param name="Key">Unique in the graph; begins with the label, then the cluster.</param>
/// <param name="Label">One of <see cref="GraphLabels"/>.</param>
/// <param name="Name">For people.</param>
/// <param name="IncidentId">Of incidents alone.</param>
public sealed record GraphNode(string Key, string Label, string Name, long? IncidentId = null);

/// <param name="Type">One of <see cref="GraphRelationships"/>.</param>
public sealed record GraphEdge(string From, string To, string Type);

public sealed record GraphNeighbourhood(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges);

public static class GraphLabels
{
    public const string Cluster = "Cluster";
    public const string Namespace = "Namespace";
    public const string Workload = "Workload";
    public const string Pod = "Pod";
    public const string Node = "Node";
    public const string Image = "Image";
    public const string Incident = "Incident";
    public const string Fix = "Fix";
    public const string Rollout = "Rollout";
}

/// <summary>From → to, with what it says.</summary>
public static class GraphRelationships
{
    /// <summary>Namespace or Node → Cluster; Workload → Namespace.</summary>
    public const string PartOf = "PART_OF";

    /// <summary>Pod → Workload.</summary>
    public const string BelongsTo = "BELONGS_TO";

    /// <summary>Pod → Node.</summary>
    public const string RunsOn = "RUNS_ON";

    /// <summary>Incident → Workload.</summary>
    public const string Struck = "STRUCK";

    /// <summary>Incident → Pod.</summary>
    public const string Affected = "AFFECTED";

    /// <summary>Incident → Image: what its container ran.</summary>
    public const string Ran = "RAN";

    /// <summary>Incident → the incident of the same key before it.</summary>
    public const string Follows = "FOLLOWS";

    /// <summary>Rollout → Workload.</summary>
    public const string Changed = "CHANGED";

    /// <summary>Incident → Rollout: it began after it.</summary>
    public const string After = "AFTER";

    /// <summary>Fix → Incident.</summary>
    public const string Fixed = "FIXED";
}
