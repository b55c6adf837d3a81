namespace KubeMemory.Simulator.Scenarios;

/// <summary>The scheduler's Events carry no count and no first or last time.</summary>
internal sealed class UnschedulableScenario() : Scenario("unschedulable", "Two of three pods find no node with enough cpu.")
{
    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        var runner = new SimulatedDeployment(cluster, "analytics", "report-runner", 3, cpu: "3500m");
        runner.SetImage("registry.example.com/analytics/report-runner:0.9.3");
        var pods = runner.ScaleUp(3);
        await cluster.Start([pods[0]], "waiting for jobs\n", ct).ConfigureAwait(false);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            pods[1].Unschedulable(Message);
            pods[2].Unschedulable(Message);
            await cluster.Clock.Wait(TimeSpan.FromMinutes(5), ct).ConfigureAwait(false);
        }
    }

    private const string Message =
        "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";
}
