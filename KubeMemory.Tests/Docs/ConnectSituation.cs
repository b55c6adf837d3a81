using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using KubeMemory.Core.Clusters;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Watcher.Fakes;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Connections;
using KubeMemory.Watcher.Watch;
using Xunit;

namespace KubeMemory.Tests.Docs;

/// <summary>A watcher that is brought into one situation, and what it printed.</summary>
internal sealed class ConnectSituation : IAsyncDisposable
{
    private readonly LineLog _log = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<string> _others = [];
    private SimulatedCluster? _cluster;
    private Task _running = Task.CompletedTask;

    public TemporaryFolder Home { get; } = new();

    public RecordingStatusBoard Board { get; } = new();

    public InMemorySignalStream Stream { get; } = new();

    /// <summary>The log's lines, what the status holds, and what a program of its own wrote.</summary>
    public IEnumerable<string> Printed => [.. _log.Lines, .. _others];

    public SimulatedCluster Cluster => _cluster!;

    public CancellationToken Ct
    {
        get
        {
            _stop.CancelAfter(TimeSpan.FromSeconds(90));
            return _stop.Token;
        }
    }

    public async Task<SimulatedCluster> StartClusterAsync(SimulatorOptions? options = null) => _cluster = await SimulatedCluster.StartAsync(options);

    public void Print(string text) => _others.AddRange(text.Split('\n'));

    /// <summary>Runs the watch until its status says what is wrong.</summary>
    public async Task WatchUntilTroubleAsync(WatcherOptions options) => Print((await WatchUntilAsync(options, status => status.LastError is not null)).LastError!);

    public async Task<WatchStatus> WatchUntilAsync(WatcherOptions options, Func<WatchStatus, bool> reached)
    {
        var watch = new ClusterWatch(
            "environment", () => ClusterConnection.Open(options, TimeProvider.System, Home.Path), options, Stream, new InMemoryLeases(), Board, TimeProvider.System, new Random(1), _log);
        _running = Task.Run(() => watch.RunAsync(_stop.Token), CancellationToken.None);
        return await Board.WaitAsync(reached, Ct);
    }

    /// <summary>The kubeconfig with something replaced.</summary>
    public WatcherOptions With(string pattern, string replacement)
    {
        var text = File.ReadAllText(Cluster.Kubeconfig);
        Assert.Matches(pattern, text);
        return new() { KubeconfigPath = Home.Write("config", Regex.Replace(text, pattern, replacement)) };
    }

    /// <summary>An address of this machine at which nothing listens: the port is held, and deaf.</summary>
    public static (Socket Deaf, string Address) Nothing()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (socket, $"127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _stop.Dispose();
        Home.Dispose();
    }
}
