using System.Diagnostics;
using KubeMemory.Simulator.Server;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Server;

/// <summary>The real kubectl, with the kubeconfig that the simulator writes.</summary>
public sealed class KubectlTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServedCluster? _cluster;

    private ServedCluster Cluster => _cluster!;

    private string Kubeconfig => Path.Combine(_folder.Path, "config");

    public async ValueTask InitializeAsync()
    {
        _cluster = await StartAsync(options: _ => new() { Tls = true, Authentication = Authentication.ClientCertificate });
        Cluster.AddPod("api-1");
        Cluster.State.SetLog("shop", "api-1", "app", "now\n");
        Cluster.State.SetLog("shop", "api-1", "app", "last words\n", previous: true);
        Cluster.Server.WriteKubeconfig(Kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Get_PodsOfAllNamespaces_PrintsThem()
    {
        var (code, output) = await KubectlAsync("get", "pods", "-A");

        Assert.Equal(0, code);
        Assert.Matches("NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE", output);
        Assert.Matches("shop +api-1 +0/1 +Running +0", output);
    }

    [Fact]
    public async Task Get_EventsAndWatch_PrintsWhatComes()
    {
        using var kubectl = Start("get", "events", "-A", "-w");
        await Cluster.State.WaitForWatchesAsync("events", n => n == 1, TestContext.Current.CancellationToken);
        Cluster.State.RecordEvent(Draft());

        string? line;
        do
        {
            line = await kubectl.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.Contains("BackOff of api-1", StringComparison.Ordinal));

        kubectl.Kill();
        await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Matches("^shop +.* +Warning +BackOff +pod/api-1 +BackOff of api-1", line);
    }

    [Fact]
    public async Task Logs_CurrentAndPrevious_AreTheContainers()
    {
        Assert.Equal((0, "now\n"), await KubectlAsync("logs", "-n", "shop", "api-1"));
        Assert.Equal((0, "last words\n"), await KubectlAsync("logs", "-n", "shop", "api-1", "--previous"));
    }

    [Theory]
    [InlineData(0, "yes", "list", "pods", "-A")]
    [InlineData(0, "yes", "get", "pods", "--subresource=log")]
    [InlineData(1, "no", "delete", "pods")]
    [InlineData(1, "no", "watch", "events")]
    public async Task AuthCanI_AsTheRulesAre_SaysYesOrNo(int expectedCode, string expected, params string[] question)
    {
        Cluster.Server.Access.Deny("watch", "events");

        var (code, output) = await KubectlAsync(["auth", "can-i", .. question]);

        Assert.Equal((expectedCode, expected), (code, output.Trim()));
    }

    [Fact]
    public async Task Get_WorkloadsInPages_PrintsAll()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            Cluster.State.Apply("deployments", Pod(name));
        }

        var (code, output) = await KubectlAsync("get", "deployments", "-n", "shop", "--chunk-size=1", "-o", "name");

        Assert.Equal((0, "deployment.apps/a\ndeployment.apps/b\ndeployment.apps/c\n"), (code, output));
    }

    private async Task<(int Code, string Output)> KubectlAsync(params string[] arguments)
    {
        using var kubectl = Start(arguments);
        var output = kubectl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await kubectl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(error);
        return (kubectl.ExitCode, await output);
    }

    private Process Start(params string[] arguments) => KubectlProgram.Start(
        start =>
        {
            start.Environment["KUBECONFIG"] = Kubeconfig;
            start.Environment["HOME"] = _folder.Path;
        },
        arguments);
}
