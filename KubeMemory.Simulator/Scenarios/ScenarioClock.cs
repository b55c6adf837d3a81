namespace KubeMemory.Simulator.Scenarios;

/// <summary>Waits in scenario time: at speed 1 in real time, at 60 a minute passes in a second.</summary>
public sealed class ScenarioClock
{
    private readonly TimeProvider _time;
    private readonly double _speed;

    /// <param name="time">The same clock that the cluster has.</param>
    /// <param name="speed">How many scenario seconds pass in a second; more than 0, at most 10,000.</param>
    public ScenarioClock(TimeProvider time, double speed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 10_000);
        (_time, _speed) = (time, speed);
    }

    /// <summary>The present moment, which the cluster's objects carry.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Waits so long as the scenario means it.</summary>
    public Task Wait(TimeSpan inScenarioTime, CancellationToken ct) => Task.Delay(inScenarioTime / _speed, _time, ct);

    internal Task Wait(double seconds, CancellationToken ct) => Wait(TimeSpan.FromSeconds(seconds), ct);
}
