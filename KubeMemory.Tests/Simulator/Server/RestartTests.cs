using System.Net;
using k8s;
using KubeMemory.Simulator.Access;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Server;

public sealed class RestartTests
{
    [Fact]
    public async Task StartAsync_InTheDisposedServersPlace_ServesTheSameStateToTheSameCredentials()
    {
        using var folder = new TemporaryFolder();
        using var authority = new CertificateAuthority(TimeProvider.System);
        using var state = new ClusterState(TimeProvider.System);
        state.Apply("pods", Pod("api-1"));
        var first = await SimulatorServer.StartAsync(state, Options(0), TestContext.Current.CancellationToken);
        var (port, path) = (first.Address.Port, first.WriteKubeconfig(Path.Combine(folder.Path, "config")));
        await first.DisposeAsync();

        await using var second = await SimulatorServer.StartAsync(state, Options(port), TestContext.Current.CancellationToken);
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(path));
        var pods = await client.CoreV1.ListNamespacedPodAsync("shop", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("api-1", Assert.Single(pods.Items).Metadata.Name);

        SimulatorOptions Options(int at) => new() { Port = at, Tls = true, Authentication = Authentication.ClientCertificate, Authority = authority };
    }

    [Fact]
    public async Task ForgetHistory_ToAnOlderVersion_LeavesClientsVersionsInTheFuture()
    {
        await using var cluster = await StartAsync();
        var backup = cluster.State.ResourceVersion;
        cluster.AddPod("api-1");
        var held = cluster.State.ResourceVersion + 5;
        cluster.State.ForgetHistory(backup);

        using var watch = await cluster.WatchAsync($"/api/v1/events?watch=1&resourceVersion={held}&timeoutSeconds=30");
        cluster.State.RecordEvent(Draft());
        cluster.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.OK, watch.Status);
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task StartAsync_OptionsOutOfRange_AreRefused()
    {
        using var state = new ClusterState(TimeProvider.System);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatorServer.StartAsync(state, new() { Port = 70_000 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            SimulatorServer.StartAsync(state, new() { Authentication = Authentication.ClientCertificate }, TestContext.Current.CancellationToken));
    }
}
