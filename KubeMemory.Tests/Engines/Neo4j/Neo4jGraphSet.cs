using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Neo4j;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Engines.Neo4j;

/// <summary>The graph over a stand-in for Neo4j, through the services as a host registers them.</summary>
internal sealed class Neo4jGraphSet : GraphSet
{
    private readonly ServiceProvider _services;
    private long _lastId;

    private Neo4jGraphSet(Neo4jStub stub, ServiceProvider services) => (Stub, _services) = (stub, services);

    public Neo4jStub Stub { get; }

    public override IIncidentGraph Graph => _services.GetRequiredService<IIncidentGraph>();

    public IServiceProvider Services => _services;

    public static async Task<Neo4jGraphSet> StartAsync(string? connectionString = null)
    {
        var stub = await Neo4jStub.StartNewAsync(TestContext.Current.CancellationToken);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddNeo4j(connectionString?.Replace("ADDRESS", stub.Address, StringComparison.Ordinal) ?? stub.ConnectionString, new Neo4jTiming { Delay = TimeSpan.FromMilliseconds(2) });
        return new Neo4jGraphSet(stub, services.BuildServiceProvider());
    }

    public static IncidentFacts FactsOf(long id, GraphIncident incident) => new(
        id,
        incident.ClusterId,
        incident.ClusterId,
        incident.Namespace,
        "Deployment",
        incident.Workload,
        "app",
        incident.Type.Family(),
        incident.Type,
        Severity.High,
        IncidentStatus.Open,
        incident.Description,
        $"{incident.Type}: cause",
        incident.Image,
        incident.Began,
        incident.LastSeen,
        ResolvedAt: null,
        Occurrences: 1,
        PreviousId: null,
        StormId: null,
        Version: 1,
        incident.Pods,
        Rollouts: [],
        Fixes: [],
        Evidence: []);

    public override async Task<long> AddAsync(GraphIncident incident)
    {
        var id = ++_lastId;
        await Graph.UpsertAsync([FactsOf(id, incident)], TestContext.Current.CancellationToken);
        return id;
    }

    public override Task RemoveAsync(params long[] incidents) => Graph.DeleteAsync(incidents, TestContext.Current.CancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Stub.DisposeAsync();
    }
}
