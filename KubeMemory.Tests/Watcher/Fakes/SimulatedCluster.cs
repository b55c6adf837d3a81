using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Connections;

namespace KubeMemory.Tests.Watcher.Fakes;

/// <summary>A simulated API server in this process, and a folder for its kubeconfig.</summary>
internal sealed class SimulatedCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubememory-watcher-").FullName;
    private readonly List<ClusterConnection> _connections = [];

    private SimulatedCluster(SimulatorServer server) => Server = server;

    public SimulatorServer Server { get; }

    public ClusterState State => Server.State;

    public string Kubeconfig => Path.Combine(_folder, "config");

    public static async Task<SimulatedCluster> StartAsync(SimulatorOptions? options = null)
    {
        var server = await SimulatorServer.StartAsync(new ClusterState(TimeProvider.System), options, TestContext.Current.CancellationToken);
        var cluster = new SimulatedCluster(server);
        server.WriteKubeconfig(cluster.Kubeconfig);
        return cluster;
    }

    public WatcherOptions Options(params string[] namespaces) =>
        new() { KubeconfigPath = Kubeconfig, Namespaces = namespaces.Length == 0 ? ["default"] : namespaces };

    public ClusterConnection Connect(TimeProvider? time = null)
    {
        var connection = ClusterConnection.Open(Options(), time ?? TimeProvider.System);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>A kubelet says that a pod's container fails.</summary>
    public JsonObject Fail(string ns, string pod, string message = "Back-off restarting failed container web in pod", string reason = "BackOff") =>
        State.RecordEvent(new EventDraft(ns, "Pod", pod, $"uid-{pod}", reason, message, FieldPath: "spec.containers{web}", Host: "node-1"));

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        await Server.DisposeAsync();
        State.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
