using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Scenarios;

internal sealed class FailedMountScenario() : Scenario("failed-mount", "A pod waits for a Secret that nobody made.")
{
    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        var volumes = JsonNode.Parse("""{"volumes":[{"name":"tls","secret":{"secretName":"edge-proxy-tls","defaultMode":420}}]}""")!.AsObject();
        var proxy = new SimulatedDeployment(cluster, "edge", "edge-proxy", 1, volumes);
        proxy.SetImage("registry.example.com/edge/proxy:1.8.0");
        var pod = proxy.ScaleUp(1)[0];
        pod.Schedule(cluster.NextNode());
        var delay = TimeSpan.FromSeconds(0.5);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            pod.Record("Warning", "FailedMount", "MountVolume.SetUp failed for volume \"tls\" : secret \"edge-proxy-tls\" not found", wholePod: true);
            await cluster.Clock.Wait(delay, ct).ConfigureAwait(false);
            delay = delay * 2 < TimeSpan.FromMinutes(2) ? delay * 2 : TimeSpan.FromMinutes(2);
        }
    }
}
