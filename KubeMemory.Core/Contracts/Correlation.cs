namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/incidents/{id}/correlation/</c>: what happened around it, and what it has in common with others.</summary>
/// <param name="CoOccurring">Other incidents of the cluster that began within ±5 minutes, nearest first, at most 20.</param>
/// <param name="Shared">What it shares with them or with unresolved ones: node, image, registry, volume, dependency; most incidents first.</param>
/// <param name="Rollouts">Of its workload, and of those that fail with it, in the two hours before; newest first.</param>
public sealed record IncidentCorrelation(
    IReadOnlyList<CoOccurringIncident> CoOccurring, IReadOnlyList<SharedThing> Shared, IReadOnlyList<RolloutBefore> Rollouts, BlastRadius BlastRadius)
{
    /// <summary>What could not be asked, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <param name="Kind"><c>node</c>, <c>image</c>, <c>registry</c>, <c>volume</c>, <c>dependency</c> or <c>storm</c>.</param>
/// <param name="Incidents">Unresolved or co-occurring ones that share it, itself not among them, at most 20.</param>
/// <param name="Workloads">How many workloads those incidents and this one are on.</param>
public sealed record SharedThing(string Kind, string Name, IReadOnlyList<long> Incidents, int Workloads);

/// <param name="MinutesBefore">The incident's beginning.</param>
/// <param name="Change">What changed, where it is known: <c>image api:1.4 → api:1.5</c>.</param>
/// <param name="Same">Of the incident's own workload.</param>
public sealed record RolloutBefore(string Namespace, string Workload, DateTimeOffset At, double MinutesBefore, string Change, bool Same);

/// <summary>Its own workload and those that fail for what they share with it (a node alone is no reason); counted by workload, not by pod.</summary>
/// <param name="Pods">That were hit.</param>
/// <param name="Names">Like <c>shop/cart</c>, its own first, at most 50.</param>
public sealed record BlastRadius(int Workloads, int Namespaces, int Pods, IReadOnlyList<string> Names);
