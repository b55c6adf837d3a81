using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>
/// The distributed size as a user runs it: real PostgreSQL, Redis and Chroma, Neo4j and Ollama as stubs of their protocol, a simulated
/// cluster, and Watcher, Api and Web as processes of their own, as many as a test starts.
/// </summary>
internal sealed class DistributedStack : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _home = new();
    private readonly List<ClusterState> _states = [];
    private readonly List<IAsyncDisposable> _processes = [];
    private SimulatorServer _cluster = null!;

    private DistributedStack()
    {
    }

    public PostgresServer Postgres { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public ChromaServer Chroma { get; private set; } = null!;

    public Neo4jStub Neo4j { get; private set; } = null!;

    public OllamaStub Ollama { get; private set; } = null!;

    public SimulatorServer Cluster => _cluster;

    /// <summary>What every program that is started from now on gets besides its own.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; set; } = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<DistributedStack> StartAsync()
    {
        PostgresFixture.RequireBinary();
        RedisFixture.RequireBinary();
        ChromaFixture.Require();
        var stack = new DistributedStack();
        try
        {
            stack._cluster = await stack.AddClusterAsync();
            stack.Postgres = await PostgresServer.StartNewAsync(Cancelled);
            stack.Redis = await RedisServer.StartNewAsync(Cancelled);
            stack.Chroma = await ChromaServer.StartNewAsync(Cancelled);
            stack.Neo4j = await Neo4jStub.StartNewAsync(Cancelled);
            stack.Ollama = await OllamaStub.StartAsync();
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another cluster, of an id of its own.</summary>
    public async Task<SimulatorServer> AddClusterAsync()
    {
        var state = new ClusterState(TimeProvider.System);
        _states.Add(state);
        var cluster = await SimulatorServer.StartAsync(state, ct: Cancelled);
        _processes.Add(cluster);
        return cluster;
    }

    public ProgramProcess StartWatcher() => StartWatcher(_cluster, "simulator");

    /// <param name="context">The cluster's name.</param>
    public ProgramProcess StartWatcher(SimulatorServer cluster, string context) =>
        Start("KubeMemory.Watcher", [.. Engines(), ("K8S_KUBECONFIG_PATH", cluster.WriteKubeconfig(_home.PathOf(context), context)), ("K8S_NAMESPACES", "*")]);

    /// <summary>An API replica, listening.</summary>
    public async Task<ApiReplica> StartApiAsync(params IEnumerable<(string Name, string Value)> settings)
    {
        var process = Start("KubeMemory.Api", [.. Engines(), ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("KubeMemory__Access__AllowedHosts__0", "api"), ("KubeMemory__Projections__ReconcileEvery", "00:00:01"), .. settings]);
        var address = await ListeningAsync(process);
        // That of this user, whose home is the stack's.
        return new ApiReplica(process, address, LocalKey.ReadOrCreate(_home.PathOf(".local/share/kubememory/api-key")));
    }

    /// <summary>The dashboard, which finds the API's replicas through service discovery.</summary>
    public async Task<(ProgramProcess Process, Uri Address)> StartWebAsync(params IReadOnlyList<ApiReplica> apis)
    {
        var process = Start(
            "KubeMemory.Web",
            [("ASPNETCORE_URLS", "http://127.0.0.1:0"), .. apis.Select((api, i) => ($"services__api__http__{i}", api.Http.BaseAddress!.ToString().TrimEnd('/')))]);
        return (process, await ListeningAsync(process));
    }

    /// <summary>Waits until the API says so; or fails with what it says instead.</summary>
    public static async Task<JsonNode> WaitForStatusAsync(ApiReplica api, Func<JsonNode, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        JsonNode? status = null;
        while (true)
        {
            try
            {
                status = await api.Http.GetFromJsonAsync<JsonNode>("/api/status", patience.Token);
                if (wanted(status!))
                {
                    return status!;
                }

                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (HttpRequestException)
            {
                // An engine that it needs is out just now.
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
            {
                throw new TimeoutException($"The status never was as wanted; the last one: {status}\n{api.Process.Output[^Math.Min(4000, api.Process.Output.Length)..]}");
            }
        }
    }

    /// <summary>Waits until the incidents hold so many occurrences, or as many as they hold after a long while.</summary>
    public static async Task<Accounts> WaitForOccurrencesAsync(ApiReplica api, long wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                var accounts = await CountAsync(api);
                if (accounts.Occurrences >= wanted || patience.IsCancellationRequested)
                {
                    return accounts;
                }
            }
            catch (HttpRequestException fault) when (fault.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable && !patience.IsCancellationRequested)
            {
                // The store is out just now, and says so.
            }

            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    public static async Task<Accounts> CountAsync(ApiReplica api)
    {
        var incidents = new List<JsonNode>();
        var next = "/api/incidents/?limit=200";
        while (next is not null)
        {
            var page = (await api.Http.GetFromJsonAsync<JsonNode>(next, Cancelled))!;
            incidents.AddRange(page["results"]!.AsArray().Select(incident => incident!));
            next = (string?)page["next"];
        }

        return new Accounts(
            incidents.Sum(incident => (long)incident["occurrences"]!),
            incidents.Count,
            incidents.Select(incident => $"{incident["cluster_id"]}/{incident["namespace"]}/{incident["workload"]}/{incident["container"]}/{incident["family"]}").Distinct().Count());
    }

    public async ValueTask DisposeAsync()
    {
        // The clusters, which were first, last.
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        foreach (var server in (IAsyncDisposable?[])[Ollama, Neo4j, Chroma, Redis, Postgres])
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        _states.ForEach(state => state.Dispose());
        _home.Dispose();
    }

    private ProgramProcess Start(string project, IEnumerable<(string Name, string Value)> environment)
    {
        var process = ProgramProcess.Start(project, _home, [.. Settings, .. environment]);
        _processes.Add(process);
        return process;
    }

    // Now listening on: http://127.0.0.1:39563
    public static async Task<Uri> ListeningAsync(ProgramProcess process) => new((await process.WaitForLineAsync("Now listening on: ")).Split(' ')[^1]);

    private (string Name, string Value)[] Engines() =>
    [
        ("ConnectionStrings__postgres", Postgres.ConnectionString),
        ("ConnectionStrings__redis", Redis.ConnectionString),
        ("ConnectionStrings__chroma", Chroma.ConnectionString),
        ("ConnectionStrings__neo4j", Neo4j.ConnectionString),
        ("ConnectionStrings__chat", Ollama.ConnectionString("qwen2.5:0.5b")),
        ("ConnectionStrings__embedding", Ollama.ConnectionString("nomic-embed-text")),
    ];
}

/// <param name="Key">An operator's.</param>
internal sealed record ApiReplica(ProgramProcess Process, Uri Address, string Key)
{
    public HttpClient Http { get; } = new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30), DefaultRequestHeaders = { { AccessHeaders.Key, Key } } };
}

/// <param name="Problems">Distinct keys: as many as incidents where nothing is there twice.</param>
internal sealed record Accounts(long Occurrences, int Incidents, int Problems);
