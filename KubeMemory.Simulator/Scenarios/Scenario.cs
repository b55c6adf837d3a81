using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>Sets the stage; the script is what each scenario adds.</summary>
internal abstract class Scenario(string name, string description) : IScenario
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    public Task RunAsync(ClusterState cluster, ScenarioClock clock, CancellationToken ct) => Play(new SimulatedCluster(cluster, clock), ct);

    protected internal abstract Task Play(SimulatedCluster cluster, CancellationToken ct);
}
