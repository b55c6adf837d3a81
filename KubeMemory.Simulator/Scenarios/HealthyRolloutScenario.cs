namespace KubeMemory.Simulator.Scenarios;

/// <summary>The counter-example: Normal Events and one early readiness probe on each new pod. No incident.</summary>
internal sealed class HealthyRolloutScenario() : Scenario("healthy-rollout", "A rollout that goes well; raises no incident.")
{
    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        var web = cluster.Healthy("storefront", "web", "registry.example.com/storefront/web:4.1.0", 3);
        await cluster.Clock.Wait(2, ct).ConfigureAwait(false);
        web.SetImage("registry.example.com/storefront/web:4.2.0");
        foreach (var old in web.OldPods)
        {
            var pod = web.ScaleUp(1)[0];
            pod.Schedule(cluster.NextNode());
            await cluster.Clock.Wait(1, ct).ConfigureAwait(false);
            pod.Start("listening on :8080\n");
            await cluster.Clock.Wait(2, ct).ConfigureAwait(false);
            var address = SimulatedCluster.AddressOf(pod.Name);
            pod.Record("Warning", "Unhealthy", $"Readiness probe failed: Get \"http://{address}:8080/ready\": dial tcp {address}:8080: connect: connection refused");
            await cluster.Clock.Wait(3, ct).ConfigureAwait(false);
            pod.SetReady(true);
            web.Remove(old);
        }
    }
}
