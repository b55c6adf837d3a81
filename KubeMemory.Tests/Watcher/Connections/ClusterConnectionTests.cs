using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
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

        var e = await Assert.ThrowsAsync<KubernetesException>(() => reader.ListAsync(KubeResources.Pods, "default", null, null, Ct));

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

        Assert.Contains("is not signed by the kubeconfig's certificate authority", e.Message, StringComparison.Ordinal);
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

        Assert.Equal($"The kubeconfig {path} has no context prod: name another in K8S_CONTEXT (it has kind-dev).", e.Message);
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

    [Fact]
    public async Task Open_TokenFile_IsReadAgainWhenItRotates()
    {
        await using var cluster = await SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true, Authentication = Authentication.Token, Token = "first" });
        var path = Rewrite(cluster, "token: .*", "tokenFile: secrets/token");
        var token = Write("secrets/token", "first\n");

        using var connection = Open(new WatcherOptions { KubeconfigPath = path });
        await connection.Reader.ListAsync(KubeResources.Pods, "default", null, null, Ct);
        cluster.Server.Token = "second";
        await Assert.ThrowsAsync<KubernetesException>(() => connection.Reader.ListAsync(KubeResources.Pods, "default", null, null, Ct));
        await File.WriteAllTextAsync(token, "second\n", Ct);

        await connection.Reader.ListAsync(KubeResources.Pods, "default", null, null, Ct);
    }

    [Fact]
    public async Task Open_ExecPluginOfTheOperator_GivesTheToken()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The plugin is a shell script.");
            return;
        }

        await using var cluster = await SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true, Authentication = Authentication.Token, Token = "from-the-plugin" });
        var plugin = Write("bin/login", """
            #!/bin/sh
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{},"status":{"token":"from-the-plugin"}}'

            """);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Rewrite(cluster, "token: .*", "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, interactiveMode: Never}");

        using var connection = Open(new WatcherOptions { KubeconfigPath = path });

        await connection.Reader.ListAsync(KubeResources.Pods, "default", null, null, Ct);
    }

    [Fact]
    public void Open_ExecPluginIsNotInstalled_SaysWhichInOneSentence()
    {
        var path = Write("k", Config("a", "http://127.0.0.1:1").Replace("{token: t}", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-login, interactiveMode: Never}}", StringComparison.Ordinal));

        var e = Assert.Throws<ConnectionException>(() => Open(new WatcherOptions { KubeconfigPath = path }));

        Assert.Contains("no-such-login", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public async Task Open_TlsServerName_IsWhatTheCertificateIsCheckedFor()
    {
        await using var cluster = await SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true, SubjectNames = ["kind-control-plane"] });
        using var right = Open(new WatcherOptions { KubeconfigPath = Rewrite(cluster, "(server: .*)", "$1\n    tls-server-name: kind-control-plane", "right") });
        using var wrong = Open(new WatcherOptions { KubeconfigPath = Rewrite(cluster, "(server: .*)", "$1\n    tls-server-name: another", "wrong") });

        await right.Reader.GetVersionAsync(Ct);
        var e = await Assert.ThrowsAsync<KubernetesException>(() => wrong.Reader.GetVersionAsync(Ct));

        Assert.Contains("tls-server-name", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_ProxyUrl_IsGoneThrough()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var path = Write("k", Config("a", "http://cluster.example:8001").Replace("server:", $"proxy-url: \"http://{proxy.LocalEndpoint}\", server:", StringComparison.Ordinal));
        using var connection = Open(new WatcherOptions { KubeconfigPath = path });

        var answer = connection.Reader.GetVersionAsync(Ct);
        using var client = await proxy.AcceptTcpClientAsync(Ct);
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("GET http://cluster.example:8001/version HTTP/1.1", await reader.ReadLineAsync(Ct));
        await client.GetStream().WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), Ct);

        await Assert.ThrowsAsync<KubernetesException>(() => answer);
    }

    [Fact]
    public void Open_ProxyUrlIsNone_SaysSo()
    {
        var path = Write("k", Config("a", "http://cluster.example:8001").Replace("server:", "proxy-url: proxy.corp, server:", StringComparison.Ordinal));

        var e = Assert.Throws<ConnectionException>(() => Open(new WatcherOptions { KubeconfigPath = path }));

        Assert.Contains("proxy-url", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_PasswordInTheServersAddress_IsNeverShown()
    {
        using var connection = Open(new WatcherOptions { KubeconfigPath = Write("k", Config("a", "http://admin:hunter2@127.0.0.1:1/prefix")) });

        var e = await Assert.ThrowsAsync<KubernetesException>(() => connection.Reader.GetVersionAsync(Ct));

        Assert.DoesNotContain("hunter2", e.Message, StringComparison.Ordinal);
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

    private string Rewrite(SimulatedCluster cluster, string pattern, string replacement, string name = "config") =>
        Write(name, Regex.Replace(File.ReadAllText(cluster.Kubeconfig), pattern, replacement));
}
