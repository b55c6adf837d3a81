using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>A graph over the incident store of a size: incidents come in as signals, and into the graph as the store gives their facts.</summary>
internal sealed class StoreGraphSet : GraphSet
{
    private readonly EngineSet _engines;
    private readonly IAsyncDisposable? _other;

    /// <param name="other">What ends with the set, beside the engines.</param>
    public StoreGraphSet(EngineSet engines, IIncidentGraph graph, IAsyncDisposable? other = null)
    {
        (_engines, Graph, _other) = (engines, graph, other);
        // Nothing of what the suite adds lies ahead of the clock.
        engines.Time.Advance(TimeSpan.FromDays(7));
    }

    public override IIncidentGraph Graph { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public override async Task<long> AddAsync(GraphIncident incident)
    {
        await _engines.IngestAsync(SignalsOf(incident));
        var id = Assert.Single(await _engines.IncidentsAsync(), stored => IsOf(stored, incident)).Id;
        await Graph.UpsertAsync(await _engines.Projections.ReadAsync([id], Token), Token);
        return id;
    }

    public override async Task RemoveAsync(params long[] incidents)
    {
        foreach (var incident in incidents)
        {
            await _engines.Retention.DeleteAsync(incident, Token);
        }

        await Graph.DeleteAsync(incidents, Token);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_other is not null)
        {
            await _other.DisposeAsync();
        }

        await _engines.DisposeAsync();
    }

    private static bool IsOf(IncidentSummary stored, GraphIncident incident) =>
        (stored.ClusterId, stored.Namespace, stored.Workload, stored.IncidentType) == (incident.ClusterId, incident.Namespace, incident.Workload, incident.Type);

    /// <summary>Three occurrences: fewer failed probes raise nothing.</summary>
    private static IEnumerable<Signal> SignalsOf(GraphIncident incident) => incident.Pods.Select(pod =>
        Make.Event(incident.Workload, $"{incident.Namespace}.{pod.Name}.{incident.Type}", 3, incident.LastSeen, incident.Type, pod.Name) with
        {
            ClusterId = incident.ClusterId,
            Namespace = incident.Namespace,
            NodeName = pod.NodeName,
            Image = incident.Image,
            FirstSeen = incident.Began,
        });
}
