namespace KubeMemory.Simulator.Scenarios;

/// <summary>The kernel's kill raises no Pod Event: it stands in the pod's state, and only the back-off after it is said.</summary>
internal sealed class OomKillScenario() : Scenario("oom-kill", "A worker outgrows its memory limit and is killed, again and again.")
{
    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        const string image = "registry.example.com/media/thumbnailer:0.12.4";
        const string first = "thumbnailer 0.12.4: waiting for pictures\n";
        var thumbnailer = new SimulatedDeployment(cluster, "media", "thumbnailer", 2, memory: "128Mi");
        thumbnailer.SetImage(image);
        var pods = thumbnailer.ScaleUp(2);
        await cluster.Start([pods[0]], first, ct).ConfigureAwait(false);
        var crash = new Crash(137, "OOMKilled", first, first + "decoding holiday-2026-panorama.tif (38411 × 12002)\nallocating 1844 MiB for the raster\n", TimeSpan.FromSeconds(8));
        await cluster.CrashLoop([pods[1]], crash, restarts: 4, ct).ConfigureAwait(false);
    }
}
