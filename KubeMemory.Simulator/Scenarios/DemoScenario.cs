namespace KubeMemory.Simulator.Scenarios;

/// <summary>A newcomer's first five minutes: something breaks within two seconds, then more; one service recovers; then it runs on quietly.</summary>
internal sealed class DemoScenario() : Scenario("demo", "A cluster with a bit of everything; runs until it is stopped.")
{
    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        cluster.Healthy("shop", "storefront", "registry.example.com/shop/storefront:12.0.3", 3);
        cluster.Healthy("platform", "session-cache", "redis:8.2-alpine", 1, "Ready to accept connections tcp\n");
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task> scripts =
        [
            CrashLoopScenario.Play(cluster, TimeSpan.FromSeconds(0.4), restarts: null, all.Token),
            After(cluster, 8, new HealthyRolloutScenario(), all.Token),
            After(cluster, 20, new OomKillScenario(), all.Token),
            After(cluster, 45, new ImagePullScenario(), all.Token),
            After(cluster, 70, new BadDeployScenario(), all.Token),
            After(cluster, 100, new UnschedulableScenario(), all.Token),
            After(cluster, 150, new FailingProbesScenario(), all.Token),
            After(cluster, 180, new FailedMountScenario(), all.Token),
            RegistryOutage(cluster, 220, all.Token),
            After(cluster, 280, new EvictionScenario(), all.Token),
        ];
        try
        {
            // One of them never ends, so waiting for all would hide that another has failed.
            while (scripts.Count > 0)
            {
                var ended = await Task.WhenAny(scripts).ConfigureAwait(false);
                scripts.Remove(ended);
                await ended.ConfigureAwait(false);
            }
        }
        finally
        {
            await all.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task After(SimulatedCluster cluster, double seconds, Scenario scenario, CancellationToken ct)
    {
        await cluster.Clock.Wait(seconds, ct).ConfigureAwait(false);
        await scenario.Play(cluster, ct).ConfigureAwait(false);
    }

    /// <summary>Small, and over after two minutes: the pods then start.</summary>
    private static async Task RegistryOutage(SimulatedCluster cluster, double seconds, CancellationToken ct)
    {
        await cluster.Clock.Wait(seconds, ct).ConfigureAwait(false);
        var deployments = RegistryOutageScenario.Deploy(cluster, workloads: 5, podsEach: 2);
        await RegistryOutageScenario.Outage(cluster, deployments, rounds: 4, ct).ConfigureAwait(false);
        foreach (var pod in deployments.SelectMany(deployment => deployment.Pods))
        {
            pod.Start("listening on :8080\n");
            pod.SetReady(true);
        }
    }
}
