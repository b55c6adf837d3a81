namespace KubeMemory.Simulator.Scenarios;

/// <summary>One cause, many workloads: all pull from one host, which refuses connections.</summary>
internal sealed class RegistryOutageScenario() : Scenario("registry-outage", "One registry is down: 200 pods of 40 workloads in five namespaces cannot pull.")
{
    private static readonly string[] Namespaces = ["shop", "media", "analytics", "edge", "platform"];

    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        var deployments = Deploy(cluster, workloads: 40, podsEach: 5);
        await Outage(cluster, deployments, rounds: 4, ct).ConfigureAwait(false);
    }

    internal static IReadOnlyList<SimulatedDeployment> Deploy(SimulatedCluster cluster, int workloads, int podsEach)
    {
        var deployments = new List<SimulatedDeployment>();
        for (var i = 0; i < workloads; i++)
        {
            var name = $"service-{i + 1:00}";
            var deployment = new SimulatedDeployment(cluster, Namespaces[i % Namespaces.Length], name, podsEach);
            deployment.SetImage($"registry.corp.example:5000/{Namespaces[i % Namespaces.Length]}/{name}:2026.11");
            deployments.Add(deployment);
        }

        return deployments;
    }

    internal static Task Outage(SimulatedCluster cluster, IReadOnlyList<SimulatedDeployment> deployments, int rounds, CancellationToken ct) =>
        Task.WhenAll(deployments.Select(deployment => cluster.FailPulls(
            deployment.ScaleUp(deployment.Replicas),
            "rpc error: code = Unavailable desc = failed to pull and unpack image: failed to do request: Head \"https://registry.corp.example:5000/v2/\": dial tcp 10.20.0.5:5000: connect: connection refused",
            rounds,
            ct)));
}
