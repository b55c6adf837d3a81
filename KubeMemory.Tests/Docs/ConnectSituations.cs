using System.Net.Security;
using System.Net.Sockets;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Simulator.Access;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Faults;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Standalone;
using KubeMemory.Tests.Standalone.Hosting;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Connections;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Docs;

/// <summary>How each row of the troubleshooting table comes about, by its title.</summary>
internal static class ConnectSituations
{
    private const string FreePorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    public static IReadOnlyDictionary<string, Func<ConnectSituation, Task>> All { get; } = new Dictionary<string, Func<ConnectSituation, Task>>(StringComparer.Ordinal)
    {
        ["No kubeconfig"] = s => s.WatchUntilTroubleAsync(new()),
        ["`K8S_KUBECONFIG_PATH` leads nowhere"] = FileMissingAsync,
        ["`KUBECONFIG` leads nowhere"] = s => s.WatchUntilTroubleAsync(new() { Kubeconfig = s.Home.PathOf("nowhere") }),
        ["The file is not mounted into the container"] = s => s.WatchUntilTroubleAsync(new() { KubeconfigPath = "/kubeconfig", InContainer = true }),
        ["The file is something else"] = s => s.WatchUntilTroubleAsync(new() { KubeconfigPath = s.Home.Write("config", "{[") }),
        ["Unknown context"] = s => s.WatchUntilTroubleAsync(new() { KubeconfigPath = s.Home.Write("config", Kubeconfigs.Of("http://127.0.0.1:1")), Context = "kind-dev" }),
        ["No current context"] = s => s.WatchUntilTroubleAsync(new()
        {
            KubeconfigPath = s.Home.Write("config", Kubeconfigs.Of("http://127.0.0.1:1").Replace("current-context: prod", "", StringComparison.Ordinal)),
        }),
        ["Connection refused"] = s => RefusedAsync(s),
        ["`127.0.0.1` in a container"] = s => RefusedAsync(s, (WatcherOptions.InContainerKey, "true")),
        ["The name is unknown"] = NameUnknownAsync,
        ["No answer in time"] = MuteAsync,
        ["The server is something else"] = SomethingElseAsync,
        ["Unknown certificate authority"] = UnknownAuthorityAsync,
        ["The certificate is for another name"] = WrongNameAsync,
        ["The certificate has run out"] = RunOutAsync,
        ["No TLS at that port"] = NoTlsAsync,
        ["401"] = async s =>
        {
            await s.StartClusterAsync(new SimulatorOptions { Tls = true, Authentication = Authentication.Token });
            s.Cluster.Server.Token = "another";
            await s.WatchUntilTroubleAsync(s.Cluster.Options());
        },
        ["403 on events"] = async s =>
        {
            (await s.StartClusterAsync()).Server.Access.Deny("*", "events");
            await s.WatchUntilTroubleAsync(s.Cluster.Options());
        },
        ["Other rights are missing"] = async s =>
        {
            (await s.StartClusterAsync()).Server.Access.Deny("*", "pods");
            await s.WatchUntilAsync(s.Cluster.Options(), status => status is { State: WatchState.Degraded, MissingPermissions.Count: > 0 });
        },
        ["The login program is missing"] = s => LoginAsync(s, "no-such-login"),
        ["The login program fails"] = s => LoginAsync(s, s.Home.Write("login", "#!/bin/sh\nexit 1\n")),
        ["The proxy does not answer"] = ProxySilentAsync,
        ["The proxy refuses"] = ProxyRefusesAsync,
        ["No such namespace"] = async s =>
        {
            await s.StartClusterAsync();
            await s.WatchUntilTroubleAsync(s.Cluster.Options("shpo"));
        },
        ["Connected, and no incidents"] = NothingBrokeAsync,
    };

    private static async Task FileMissingAsync(ConnectSituation situation)
    {
        await using var process = StandaloneProcess.Start(situation.Home, [("K8S_KUBECONFIG_PATH", "/nowhere/config")], "--data", situation.Home.PathOf("data"), "--urls", FreePorts);
        await process.WaitForExitAsync();
        situation.Print(process.Error);
    }

    private static async Task RefusedAsync(ConnectSituation situation, params IEnumerable<(string Name, string Value)> environment)
    {
        var (deaf, address) = ConnectSituation.Nothing();
        using var held = deaf;
        var kubeconfig = situation.Home.Write("config", Kubeconfigs.Of($"https://{address}"));
        await using var process = StandaloneProcess.Start(situation.Home, environment, "--kubeconfig", kubeconfig, "--data", situation.Home.PathOf("data"), "--urls", FreePorts);
        await process.WaitForLineAsync("Ctrl+C ends it.");
        situation.Print(process.Output);
    }

    /// <summary>What the system says of an unknown name; to ask it would need a resolver that answers.</summary>
    private static Task NameUnknownAsync(ConnectSituation situation)
    {
        var failure = new HttpRequestException("", new SocketException((int)SocketError.HostNotFound));
        situation.Print(StatusSentences.FromFailure(failure, new ServerRoute(new Uri("https://host.docker.internal:6443")), "get namespaces").Message);
        return Task.CompletedTask;
    }

    private static async Task MuteAsync(ConnectSituation situation)
    {
        var time = new FakeTimeProvider();
        var cluster = await situation.StartClusterAsync();
        cluster.Server.Faults.Next("namespaces", Fault.Mute);
        var answer = cluster.Connect(time).Reader.GetAsync(KubeResources.Namespaces, null, "kube-system", situation.Ct);
        await cluster.Server.WaitForRequestAsync(request => request.Resource == "namespaces", ct: situation.Ct);
        time.Advance(HttpKubernetesReader.AnswerTimeout);
        situation.Print((await Assert.ThrowsAsync<KubernetesException>(() => answer)).Message);
    }

    private static async Task SomethingElseAsync(ConnectSituation situation)
    {
        using var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<html>hi</html>");
        await situation.WatchUntilTroubleAsync(new() { KubeconfigPath = situation.Home.Write("config", Kubeconfigs.Of($"http://{server.Address}")) });
    }

    private static async Task UnknownAuthorityAsync(ConnectSituation situation)
    {
        await using var before = await Watcher.Fakes.SimulatedCluster.StartAsync(new SimulatorOptions { Tls = true });
        await situation.StartClusterAsync(new SimulatorOptions { Tls = true });
        var old = File.ReadAllText(before.Kubeconfig).Replace(before.Server.Address.Authority, situation.Cluster.Server.Address.Authority, StringComparison.Ordinal);
        await situation.WatchUntilTroubleAsync(new() { KubeconfigPath = situation.Home.Write("config", old) });
    }

    private static async Task WrongNameAsync(ConnectSituation situation)
    {
        await situation.StartClusterAsync(new SimulatorOptions { Tls = true, SubjectNames = ["kubememory-control-plane"] });
        await situation.WatchUntilTroubleAsync(situation.With("(server: .*)", "$1\n    tls-server-name: host.docker.internal"));
    }

    private static Task RunOutAsync(ConnectSituation situation)
    {
        using var authority = new CertificateAuthority(TimeProvider.System);
        using var certificate = authority.IssueServer(["localhost"]);
        var refused = CertificateException.For(certificate, SslPolicyErrors.RemoteCertificateChainErrors, "localhost", TimeProvider.System.GetUtcNow().AddYears(2));
        situation.Print(StatusSentences.FromFailure(refused, new ServerRoute(new Uri("https://localhost:6443")), "get namespaces").Message);
        return Task.CompletedTask;
    }

    private static async Task NoTlsAsync(ConnectSituation situation)
    {
        await situation.StartClusterAsync();
        await situation.WatchUntilTroubleAsync(situation.With("http://", "https://"));
    }

    private static Task LoginAsync(ConnectSituation situation, string command)
    {
        if (File.Exists(command) && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var user = $"exec: {{apiVersion: client.authentication.k8s.io/v1, command: '{command}', interactiveMode: Never}}";
        return situation.WatchUntilTroubleAsync(new()
        {
            KubeconfigPath = situation.Home.Write("config", Kubeconfigs.Of("http://127.0.0.1:1").Replace("user: {}", $"user: {{{user}}}", StringComparison.Ordinal)),
        });
    }

    private static async Task ProxySilentAsync(ConnectSituation situation)
    {
        var (deaf, address) = ConnectSituation.Nothing();
        using var held = deaf;
        await situation.WatchUntilTroubleAsync(Through(situation, address));
    }

    private static async Task ProxyRefusesAsync(ConnectSituation situation)
    {
        using var proxy = new OneAnswer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await situation.WatchUntilTroubleAsync(Through(situation, proxy.Address));
    }

    private static WatcherOptions Through(ConnectSituation situation, string proxy) => new()
    {
        KubeconfigPath = situation.Home.Write(
            "config", Kubeconfigs.Of("https://cluster.example:6443").Replace("{server:", $"{{proxy-url: \"http://{proxy}\", server:", StringComparison.Ordinal)),
    };

    private static async Task NothingBrokeAsync(ConnectSituation situation)
    {
        var cluster = await situation.StartClusterAsync();
        cluster.State.RecordEvent(new EventDraft("default", "Pod", "nginx", "uid-nginx", "Pulled", "Container image already present", Type: "Normal"));
        cluster.Fail("shop", "web-1");
        var status = await situation.WatchUntilAsync(cluster.Options(), s => s.State == WatchState.Watching);
        situation.Print($"\"state\": \"{status.State.ToString().ToLowerInvariant()}\"");
        // A Normal event is not even asked for, and another namespace's is not seen.
        Assert.Empty(situation.Stream.Of<FailureSignal>());
        Assert.Equal(0, situation.Stream.Gate(Gates.Received));
    }
}
