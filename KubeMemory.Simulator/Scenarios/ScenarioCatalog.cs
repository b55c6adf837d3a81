namespace KubeMemory.Simulator.Scenarios;

/// <summary>All scenarios by name.</summary>
public static class ScenarioCatalog
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new DemoScenario(),
        new HealthyRolloutScenario(),
        new CrashLoopScenario(),
        new OomKillScenario(),
        new ImagePullScenario(),
        new UnschedulableScenario(),
        new FailedMountScenario(),
        new FailingProbesScenario(),
        new EvictionScenario(),
        new BadDeployScenario(),
        new RegistryOutageScenario(),
    ];

    /// <returns>Null where no scenario has that name.</returns>
    public static IScenario? Find(string name) =>
        All.FirstOrDefault(scenario => scenario.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
