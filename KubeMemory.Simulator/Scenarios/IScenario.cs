using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>A story of a cluster, told over time through its objects, Events and logs.</summary>
public interface IScenario
{
    /// <summary>What the command line calls it: lower case, words joined by dashes.</summary>
    string Name { get; }

    /// <summary>One sentence for a list.</summary>
    string Description { get; }

    /// <summary>Runs to its end state, which then stands; a scenario that never ends runs until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task RunAsync(ClusterState cluster, ScenarioClock clock, CancellationToken ct);
}
