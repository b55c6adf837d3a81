using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>An incident to be put into the truth, as little of it as a graph knows.</summary>
internal sealed record GraphIncident(string Workload, DateTimeOffset Began)
{
    public string ClusterId { get; init; } = Make.Cluster;

    public string Namespace { get; init; } = "shop";

    /// <summary>Different types of different families are different incidents of one workload.</summary>
    public IncidentType Type { get; init; } = IncidentType.CrashLoopBackOff;

    public string? Image { get; init; }

    public IReadOnlyList<PodFact> Pods { get; init; } = [new(Workload + "-1", Workload + "-node")];

    public DateTimeOffset LastSeen { get; init; } = Began + TimeSpan.FromMinutes(1);

    public string Description => $"{Type} of {Workload}";
}

/// <summary>A graph over a truth of its own. What is added to the truth or taken out of it is in the graph, or out of it, when the task ends.</summary>
internal abstract class GraphSet : IAsyncDisposable
{
    public abstract IIncidentGraph Graph { get; }

    /// <summary>Its id.</summary>
    public abstract Task<long> AddAsync(GraphIncident incident);

    public abstract Task RemoveAsync(params long[] incidents);

    public abstract ValueTask DisposeAsync();
}
