using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Scenarios;
using KubeMemory.Simulator.Server;
using KubeMemory.Watcher;

namespace KubeMemory.Standalone.Demo;

/// <summary>A simulated cluster that is watched as any other one: over HTTP, through a kubeconfig.</summary>
internal sealed partial class DemoCluster : IAsyncDisposable
{
    public const string Context = "demo";

    private readonly SimulatorServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _story;

    private DemoCluster(SimulatorServer server, string kubeconfig, double speed, TimeProvider time, ILogger logger)
    {
        _server = server;
        Settings = new Dictionary<string, string?>
        {
            [WatcherOptions.InClusterKey] = "false",
            [WatcherOptions.KubeconfigPathKey] = kubeconfig,
            [WatcherOptions.ContextKey] = Context,
            [WatcherOptions.NamespacesKey] = WatcherOptions.AllNamespaces,
        };
        _story = TellAsync(new ScenarioClock(time, speed), logger);
    }

    /// <summary>What makes the watcher watch it, whatever the environment says.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <param name="dataFolder">Gets the kubeconfig.</param>
    public static async Task<DemoCluster> StartAsync(string dataFolder, double speed, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var state = new ClusterState(time);
        var server = await SimulatorServer.StartAsync(state, new SimulatorOptions { Time = time, Authentication = Simulator.Server.Authentication.Token }, cancellationToken);
        var kubeconfig = server.WriteKubeconfig(Path.Combine(dataFolder, "kubeconfig"), Context);
        return new(server, kubeconfig, speed, time, logger);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _story;
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    private async Task TellAsync(ScenarioClock clock, ILogger logger)
    {
        try
        {
            await ScenarioCatalog.Find("demo")!.RunAsync(_server.State, clock, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Ended with the program.
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(200, LogLevel.Error, "The demo has stopped telling its story; what has happened so far stays")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
