using System.Text.Json.Nodes;
using KubeMemory.Api.Ingest;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Scenarios;
using KubeMemory.Simulator.Server;
using KubeMemory.Watcher;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using ClusterState = KubeMemory.Simulator.Cluster.ClusterState;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>A simulated cluster, watched over HTTP into a store of its own, all in this process.</summary>
internal sealed class WatchedCluster : IAsyncDisposable
{
    private const string Sentinel = "sentinel";

    private readonly TemporaryFolder _home = new();
    private readonly string _namespaces;
    private EmbeddedEngines _engines = null!;
    private IHost _host = null!;
    private int _sentinels;

    private WatchedCluster(string namespaces, ClusterOptions? options)
    {
        _namespaces = namespaces;
        State = new ClusterState(Time, options);
    }

    public ShiftedTime Time { get; } = new();

    public ClusterState State { get; }

    public SimulatorServer Server { get; private set; } = null!;

    public string DataFolder => _home.PathOf("data");

    public IServiceProvider Services => _host.Services;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<WatchedCluster> StartAsync(Action<WatchedCluster>? prepare = null, string namespaces = "*", ClusterOptions? options = null)
    {
        var cluster = new WatchedCluster(namespaces, options);
        cluster.Server = await SimulatorServer.StartAsync(cluster.State, ct: Cancelled);
        cluster.Server.WriteKubeconfig(cluster._home.PathOf("config"));
        prepare?.Invoke(cluster);
        await cluster.StartWatchingAsync();
        return cluster;
    }

    public async Task StartWatchingAsync()
    {
        _engines = await EmbeddedEngines.OpenAsync(DataFolder, Time, NullLoggerFactory.Instance, Cancelled);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [WatcherOptions.KubeconfigPathKey] = _home.PathOf("config"),
            [WatcherOptions.NamespacesKey] = _namespaces,
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddKubeMemoryEngines(_engines);
        builder.Services.AddIngest();
        builder.Services.AddKubeMemoryWatcher(builder.Configuration);
        _host = builder.Build();
        await _host.StartAsync(Cancelled);
        await UntilAsync(async () => (await StatusAsync()) is { State: WatchState.Watching or WatchState.Degraded, ServerVersion: not null });
    }

    public async Task StopWatchingAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await _engines.DisposeAsync();
    }

    /// <summary>Minutes of the scenario pass in seconds.</summary>
    public Task PlayAsync(string scenario, double speed = 500) => ScenarioCatalog.Find(scenario)!.RunAsync(State, new ScenarioClock(Time, speed), Cancelled);

    public async Task<WatchStatus?> StatusAsync() => (await _engines.StatusBoard.ListAsync(Cancelled)).SingleOrDefault();

    public async Task<IncidentDetail> DetailAsync(long id) => (await _engines.Reader.GetAsync(id, Cancelled))!;

    public Task SweepAsync() => Services.GetRequiredService<IncidentLifecycle>().SweepAsync(Cancelled);

    /// <summary>All incidents, once everything that the cluster has said so far is in the store.</summary>
    public async Task<IReadOnlyList<IncidentSummary>> SettledAsync(string ns = Sentinel)
    {
        // What comes last on each watch is stored last.
        var number = ++_sentinels;
        State.RecordEvent(new EventDraft(ns, "Pod", $"{Sentinel}-event{number}x", $"uid-event-{number}", "BackOff", "Back-off restarting failed container app in pod", FieldPath: "spec.containers{app}"));
        State.Apply("pods", SentinelPod(ns, $"{Sentinel}-state{number}x"));
        IReadOnlyList<IncidentSummary> all = [];
        await UntilAsync(async () =>
        {
            all = await IncidentsAsync();
            return all.Count(i => i.Workload is var w && (w == $"{Sentinel}-event{number}x" || w == $"{Sentinel}-state{number}x")) == 2;
        });
        State.Delete("pods", ns, $"{Sentinel}-state{number}x");
        return [.. all.Where(i => !i.Workload.StartsWith(Sentinel, StringComparison.Ordinal))];
    }

    public async Task<IReadOnlyList<IncidentSummary>> IncidentsAsync() => (await _engines.Reader.ListAsync(IncidentQuery.All with { Limit = 200 }, Cancelled)).Results;

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopWatchingAsync();
        await Server.DisposeAsync();
        State.Dispose();
        _home.Dispose();
    }

    private static JsonObject SentinelPod(string ns, string name) => (JsonObject)JsonNode.Parse($$$$"""
        {
          "metadata": {"namespace": "{{{{ns}}}}", "name": "{{{{name}}}}", "uid": "uid-{{{{name}}}}"},
          "spec": {"containers": [{"name": "app", "image": "app:1"}]},
          "status": {"phase": "Pending", "containerStatuses": [{"name": "app", "ready": false, "restartCount": 0, "state": {"waiting": {"reason": "CreateContainerConfigError", "message": "secret \"s\" not found"}}}]}
        }
        """)!;
}
