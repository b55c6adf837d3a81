namespace KubeMemory.Simulator.Load;

/// <summary>What a benchmark lets the simulator send.</summary>
public sealed class LoadOptions
{
    /// <summary>Watch lines. Default 100,000, at least 1.</summary>
    public int Lines { get; init; } = 100_000;

    /// <summary>Pods that the Events are about. Default 1000, at least 1.</summary>
    public int Pods { get; init; } = 1000;

    /// <summary>Deployments over which the pods are spread. Default 50, from 1 to the number of pods.</summary>
    public int Workloads { get; init; } = 50;

    /// <summary>Lines that repeat an existing series, in percent. Default 80, from 0 to 100.</summary>
    public int ModifiedPercent { get; init; } = 80;

    /// <summary>The same seed makes the same lines, but for uids and times. Default 1.</summary>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Lines, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Pods, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workloads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Workloads, Pods);
        ArgumentOutOfRangeException.ThrowIfNegative(ModifiedPercent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ModifiedPercent, 100);
    }
}
