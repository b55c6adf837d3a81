namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/incidents/{id}/graph</c>: the incident, what it hangs on, and other incidents that hang on the same.</summary>
/// <param name="Nodes">The asked incident first, then the others, those seen last first, then everything else.</param>
public sealed record IncidentGraphView(IReadOnlyList<IncidentGraphNode> Nodes, IReadOnlyList<IncidentGraphEdge> Edges);

/// <param name="Key">What the edges name it by; opaque.</param>
/// <param name="Label">Cluster, Namespace, Workload, Pod, Node, Image, Incident, Fix or Rollout.</param>
/// <param name="Name">For people; an incident's is its description.</param>
/// <param name="IncidentId">Of incidents alone.</param>
public sealed record IncidentGraphNode(string Key, string Label, string Name, long? IncidentId = null);

/// <param name="Type">PART_OF, BELONGS_TO, RUNS_ON, STRUCK, AFFECTED, RAN, FOLLOWS, CHANGED, AFTER or FIXED.</param>
public sealed record IncidentGraphEdge(string From, string To, string Type);

/// <summary><c>GET /api/incidents/{id}/co-occurring</c>: other incidents of the same cluster that began at about the same time.</summary>
/// <param name="WithinSeconds">How far apart they may have begun.</param>
/// <param name="Results">Nearest first.</param>
public sealed record CoOccurringIncidents(double WithinSeconds, IReadOnlyList<CoOccurringIncident> Results);

/// <param name="ApartSeconds">From the asked incident's beginning to this one's; negative where this one was first.</param>
/// <param name="Shared">What both hang on: Image, Namespace, Node, Pod, Workload, sorted; may be empty.</param>
public sealed record CoOccurringIncident(IncidentSummary Incident, double ApartSeconds, IReadOnlyList<string> Shared);
