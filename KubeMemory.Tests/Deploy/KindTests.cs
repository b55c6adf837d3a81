using k8s.Models;
using KubeMemory.Simulator.Captures;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>The cluster to try it with.</summary>
public sealed class KindTests : IDisposable
{
    private readonly DeployFolder _deploy = new();

    public void Dispose() => _deploy.Dispose();

    [Fact]
    public void Cluster_AsTheGuideSays_HasOneControlPlaneAndOneWorker()
    {
        var cluster = Assert.Single(YamlDocuments.Parse("cluster.yaml", _deploy.Read("kind/cluster.yaml"), CaptureLimits.Default))!;

        Assert.Equal(("Cluster", "kind.x-k8s.io/v1alpha4", "kubememory"), ((string?)cluster["kind"], (string?)cluster["apiVersion"], (string?)cluster["name"]));
        Assert.Equal(["control-plane", "worker"], cluster["nodes"]!.AsArray().Select(node => (string?)node!["role"]));
    }

    [Fact]
    public void Workloads_EachFailsItsOwnWay_InTheNamespaceThatIsWatchedByDefault()
    {
        var deployments = Manifests.Parse(_deploy.Read("kind/workloads.yaml")).All<V1Deployment>();

        Assert.Equal(["nginx", "crash-loop", "out-of-memory", "bad-image", "unschedulable", "failing-probe"], deployments.Select(d => d.Metadata.Name));
        Assert.All(deployments, deployment =>
        {
            Assert.Equal("default", deployment.Metadata.NamespaceProperty);
            Assert.Equal(deployment.Spec.Selector.MatchLabels["app.kubernetes.io/name"], deployment.Spec.Template.Metadata.Labels["app.kubernetes.io/name"]);
            Assert.Matches(@":\d+\.\d+\.\d+$", Assert.Single(deployment.Spec.Template.Spec.Containers).Image);
        });
    }
}
