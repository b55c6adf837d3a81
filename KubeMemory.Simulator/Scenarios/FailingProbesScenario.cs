using System.Globalization;

namespace KubeMemory.Simulator.Scenarios;

/// <summary>Every message differs in a port, so the kubelet's recorder combines them after the tenth.</summary>
internal sealed class FailingProbesScenario() : Scenario("failing-probes", "A service that was healthy stops to answer its readiness probe.")
{
    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        var catalog = cluster.Healthy("shop", "catalog", "registry.example.com/shop/catalog:5.0.1", 2, "listening on :8080\n");
        var pod = catalog.Pods[0];
        var address = SimulatedCluster.AddressOf(pod.Name);
        await cluster.Clock.Wait(5, ct).ConfigureAwait(false);
        pod.Write("listening on :8080\nWARN pool exhausted: 0 of 20 connections free\nWARN request queue is full (512)\n");
        for (var failure = 1; failure <= 30; failure++)
        {
            var port = (41000 + (failure * 37)).ToString(CultureInfo.InvariantCulture);
            pod.Record("Warning", "Unhealthy", $"Readiness probe failed: Get \"http://{address}:8080/ready\": read tcp 10.20.0.1:{port}->{address}:8080: read: connection reset by peer");
            if (failure == 3)
            {
                pod.SetReady(false);
            }

            await cluster.Clock.Wait(10, ct).ConfigureAwait(false);
        }
    }
}
