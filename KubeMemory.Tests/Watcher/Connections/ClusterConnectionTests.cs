using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Watcher.Fakes;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Connections;
using Xunit;

namespace KubeMemory.Tests.Watcher.Connections;

public sealed class ClusterConnectionTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("kubememory-home-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Authentication.ClientCertificate)]
    [InlineData(Authentication.Token)]
    public async Task Open_TlsAndCredentials_ReachesTheServer(Authentication authentication)
    {
        await using var cluster = await SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true, Authentication = authentication });

        var list = await cluster.Connect().Reader.ListAsync(KubeResources.Namespaces, null, null, null, Ct);

        Assert.Contains(list.Items, n => n.Metadata.Name == "kube-system");
    }

    [Fact]
    public async Task Open_TokenIsNoLongerAccepted_SaysToLogIn()
    {
        await using var cluster = await SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true, Authentication = Authentication.Token });
        var reader = cluster.Connect().Reader;
        cluster.Server.Token = "another";

        var e = await Assert.ThrowsAsync<KubernetesException>(() => reader.GetVersionAsync(Ct));

        Assert.Contains("log in to the cluster again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ServerOfAnotherAuthority_IsNotTrusted()
    {
        await using var one = await SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true });
        await using var two = await SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true });
        var text = await File.ReadAllTextAsync(one.Kubeconfig, Ct);
        await File.WriteAllTextAsync(one.Kubeconfig, text.Replace(one.Server.Address.Authority, two.Server.Address.Authority, StringComparison.Ordinal), Ct);

        var e = await Assert.ThrowsAsync<KubernetesException>(() => one.Connect().Reader.GetVersionAsync(Ct));

        Assert.Contains("TLS", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NothingListens_SaysWhatToCheck()
    {
        var cluster = await SimulatedCluster.StartAsync();
        var reader = cluster.Connect().Reader;
        await cluster.Server.DisposeAsync();

        var e = await Assert.ThrowsAsync<KubernetesException>(() => reader.GetVersionAsync(Ct));

        Assert.Contains("Nothing answers at http://127.0.0.1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoKubeconfig_SaysWhereItLooked()
    {
        var e = Assert.Throws<ConnectionException>(() => Open(new WatcherOptions()));

        Assert.Equal($"There is no kubeconfig at {Path.Combine(_home, ".kube", "config")}: name one in K8S_KUBECONFIG_PATH, or create a cluster.", e.Message);
    }

    [Theory]
    [InlineData("~/conf/k")]
    [InlineData("%USERPROFILE%\\conf\\k")]
    [InlineData("~\\conf\\k")]
    public void Open_PathAsWrittenOnAnySystem_IsFound(string path)
    {
        Write("conf/k", Config("a", "http://127.0.0.1:1"));

        using var connection = Open(new WatcherOptions { KubeconfigPath = path });

        Assert.Equal(("a", Path.Combine(_home, "conf", "k")), (connection.Name, connection.KubeconfigPath));
    }

    [Fact]
    public void Open_UnknownContext_NamesTheKnownOnes()
    {
        var path = Write("k", Config("kind-dev", "http://127.0.0.1:1"));

        var e = Assert.Throws<ConnectionException>(() => Open(new WatcherOptions { KubeconfigPath = path, Context = "prod" }));

        Assert.Equal($"The kubeconfig {path} has no context prod: it has kind-dev.", e.Message);
    }

    [Fact]
    public void Open_SeveralFiles_AreMergedAndTheFirstWins()
    {
        var one = Write("one/k", Config("a", "http://127.0.0.1:1"));
        var two = Write("two/k", Config("b", "http://127.0.0.1:2"));
        var list = string.Join(Path.PathSeparator, one, Path.Combine(_home, "absent"), two);

        using var first = Open(new WatcherOptions { Kubeconfig = list });
        using var second = Open(new WatcherOptions { Kubeconfig = list, Context = "b" });

        Assert.Equal(("a", 1), (first.Name, first.Server.Port));
        Assert.Equal(("b", 2), (second.Name, second.Server.Port));
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
    }

    [Theory]
    [InlineData("{[", "is not valid YAML")]
    [InlineData("a: b\n", "names no cluster")]
    public void Open_FileIsNoKubeconfig_SaysSo(string text, string sentence)
    {
        var path = Write("k", text);

        var e = Assert.Throws<ConnectionException>(() => Open(new WatcherOptions { KubeconfigPath = path }));

        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Open_InClusterOutsideOne_SaysSo()
    {
        var e = Assert.Throws<ConnectionException>(() => Open(new WatcherOptions { InCluster = true }));

        Assert.Contains("K8S_IN_CLUSTER", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static string Config(string context, string server) => $"""
        apiVersion: v1
        kind: Config
        current-context: {context}
        contexts: [{"{"}name: {context}, context: {"{"}cluster: {context}, user: {context}{"}"}{"}"}]
        clusters: [{"{"}name: {context}, cluster: {"{"}server: "{server}"{"}"}{"}"}]
        users: [{"{"}name: {context}, user: {"{"}token: t{"}"}{"}"}]
        """;

    private ClusterConnection Open(WatcherOptions options) => ClusterConnection.Open(options, TimeProvider.System, _home);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_home, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
