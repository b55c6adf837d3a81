namespace KubeMemory.Simulator.Scenarios;

/// <summary>One failure that shows as Failed, as ErrImagePull and as BackOff.</summary>
internal sealed class ImagePullScenario() : Scenario("image-pull", "A deployment names a tag that the registry does not have.")
{
    protected internal override Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        const string image = "registry.example.com/shop/checkout:v9l";
        var checkout = new SimulatedDeployment(cluster, "shop", "checkout", 2);
        checkout.SetImage(image);
        return cluster.FailPulls(
            checkout.ScaleUp(2),
            $"rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": failed to resolve reference \"{image}\": {image}: not found",
            rounds: 5,
            ct);
    }
}
