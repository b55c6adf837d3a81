using System.Text.Json.Nodes;
using KubeMemory.Simulator.Captures;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Simulator.Captures;
using KubeMemory.Tests.Standalone;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>What the program makes of whole captures, imported and watched over the wire: exactly the faults that are in them.</summary>
public sealed class CaptureTests
{
    private const string FreePorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bundles => ["own", "shared"];

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task Import_SupportBundle_GivesExactlyItsFaults(string which)
    {
        var bundle = Bundle.Of(which);
        using var home = new TemporaryFolder();
        using var api = await ImportAsync(home, bundle.Path);

        await AssertFaultsAsync(api.Client, bundle);
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task Watch_SupportBundleServedOverHttp_GivesTheSameFaults(string which)
    {
        var bundle = Bundle.Of(which);
        using var home = new TemporaryFolder();
        using var state = new ClusterState(TimeProvider.System);
        CaptureReplay.ApplyTo(CaptureLoader.Load([bundle.Path]), state);
        await using var server = await SimulatorServer.StartAsync(state, ct: Cancelled);
        using var api = await StartAsync(home, "--kubeconfig", server.WriteKubeconfig(home.PathOf("config")), "--namespaces", "*");

        await WaitUntilAsync(api.Client, incidents => incidents.Sum(i => (long)i["occurrences"]!) >= bundle.Faults.Sum(f => f.Occurrences));
        await AssertFaultsAsync(api.Client, bundle);
    }

    [Theory]
    [InlineData("message-container-creating-failed-mount", "troubleshoot-copyfromhost-4m79m", "FailedMount")]
    [InlineData("message-image-pull-fail", "no-image-deployment", "ImagePullBackOff")]
    [InlineData("message-oomkill-pod", "oom-kill-job3", "OOMKilled")]
    [InlineData("message-pending-node-affinity", "kotsadm", "FailedScheduling")]
    [InlineData("message-pending-pod-resources", "pending-pod-resources", "FailedScheduling")]
    [InlineData("message-pod-crashloop-backoff", "init-demo", "CrashLoopBackOff")]
    [InlineData("message-pod-init-crashloop-backoff", "init-demo2", "CrashLoopBackOff")]
    public async Task Import_LabelledPod_RaisesAnIncidentOfItsLabel(string name, string workload, string type)
    {
        var pods = CapturePaths.Shared($"troubleshoot-analyzer/pods/{name}.json");
        var events = Path.Combine(Path.GetDirectoryName(pods)!, "..", "events", $"{name}.json");
        var renamed = $"ns-{Guid.NewGuid():n}"[..12];
        using var home = new TemporaryFolder();
        string[] files = [.. new[] { pods, events }.Where(File.Exists).Select((file, n) => Rename(home, file, n, name, renamed))];
        using var api = await ImportAsync(home, files);

        var incidents = await IncidentsAsync(api.Client, $"&namespace={renamed}&workload={workload}");

        Assert.Contains(incidents, i => (string?)i["incident_type"] == type);
    }

    [Fact]
    public async Task Import_HealthyRolloutByOthers_RaisesNothing()
    {
        using var home = new TemporaryFolder();
        using var api = await ImportAsync(home, CapturePaths.Shared("kspan/deployment-2-pods.yaml"));

        Assert.Empty(await IncidentsAsync(api.Client));
    }

    [Fact]
    public async Task Import_HealthyRolloutWithStartUpProbeWarnings_RaisesNothing()
    {
        using var home = new TemporaryFolder();
        using var api = await ImportAsync(home, CapturePaths.Own("healthy-rollout.yaml"));

        Assert.Empty(await IncidentsAsync(api.Client));
    }

    [Theory]
    [InlineData("cluster-info-dump", "ledger-sync", "CrashLoopBackOff", 22)]
    [InlineData("cluster-info-dump-old", "tile-render", "CrashLoopBackOff", 17)]
    [InlineData("kubectl-get/events-and-pods.json", "invoice-mailer", "CrashLoopBackOff", 19)]
    [InlineData("kubectl-get/events-and-pods.yaml", "invoice-mailer", "CrashLoopBackOff", 19)]
    [InlineData("kubectl-get/oom", "thumbnails", "OOMKilled", 1)]
    [InlineData("kubectl-get/image-pull", "checkout", "ImagePullBackOff", null)]
    [InlineData("kubectl-get/init-crash-loop", "search-api", "CrashLoopBackOff", 24)]
    [InlineData("kubectl-get/node-affinity", "embedder", "FailedScheduling", 1)]
    [InlineData("kubectl-get/missing-configmap", "notifier", "ConfigError", 12)]
    [InlineData("kubectl-get/failed-mount", "vault-proxy", "FailedMount", 13)]
    [InlineData("kubectl-get/eviction", "log-shipper", "Evicted", 1)]
    public async Task Import_OwnCaptureOfAnyShape_GivesItsOneFault(string capture, string workload, string type, int? occurrences)
    {
        var path = CapturePaths.Own(capture);
        string[] paths = Path.Exists(path) ? [path] : [$"{path}-events.json", $"{path}-pods.json"];
        using var home = new TemporaryFolder();
        using var api = await ImportAsync(home, paths);

        var incident = Assert.Single(await IncidentsAsync(api.Client));

        Assert.StartsWith(workload, (string?)incident["workload"], StringComparison.Ordinal);
        Assert.Equal(type, (string?)incident["incident_type"]);
        Assert.True(occurrences is null || (long)incident["occurrences"]! == occurrences, $"occurrences: {incident["occurrences"]}");
    }

    private static async Task AssertFaultsAsync(HttpClient api, Bundle bundle)
    {
        var incidents = await IncidentsAsync(api);
        Assert.Equal(
            bundle.Faults.OrderBy(f => f.ToString()),
            incidents.Select(i => new Fault(
                (string)i["namespace"]!, (string)i["workload"]!, (string)i["incident_type"]!, (long)i["occurrences"]!, (int)i["affected_pods"]!)).OrderBy(f => f.ToString()));
        var status = JsonNode.Parse(await api.GetStringAsync(new Uri("/api/status", UriKind.Relative), Cancelled))!;
        Assert.Equal(0, (long)status["storms"]!);

        var crash = incidents.Single(i => (string)i["workload"]! == bundle.CrashLoop);
        Assert.Contains((string)crash["severity"]!, (string[])["high", "critical"]);
        // Evidence follows the incident; with a live watch a moment later.
        var detail = await WaitForEvidenceAsync(api, (long)crash["id"]!, bundle.LastWords);
        Assert.Contains(bundle.LastWords, (string)detail["raw_logs"]!, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> WaitForEvidenceAsync(HttpClient api, long id, string words)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var detail = JsonNode.Parse(await api.GetStringAsync(new Uri($"/api/incidents/{id}", UriKind.Relative), Cancelled))!;
            if (patience.IsCancellationRequested
                || detail["evidence"]!.AsArray().Any(e => (string?)e!["kind"] == "log" && ((string)e["text"]!).Contains(words, StringComparison.Ordinal)))
            {
                return detail;
            }

            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private static string Rename(TemporaryFolder home, string file, int number, string from, string to) =>
        home.Write($"{number}.json", File.ReadAllText(file).Replace($"\"{from}\"", $"\"{to}\"", StringComparison.Ordinal));

    private static async Task<RunningApi> ImportAsync(TemporaryFolder home, params string[] paths)
    {
        var (exitCode, _, error) = await StandaloneProcess.RunAsync(home, ["import", .. paths, "--data", home.PathOf("data")]);
        Assert.True(exitCode == 0, error);
        return await StartAsync(home);
    }

    private static async Task<RunningApi> StartAsync(TemporaryFolder home, params string[] args)
    {
        var process = StandaloneProcess.Start(home, ["--data", home.PathOf("data"), "--urls", FreePorts, .. args]);
        return new RunningApi(process, new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") });
    }

    private static async Task WaitUntilAsync(HttpClient api, Func<List<JsonNode>, bool> enough)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!enough(await IncidentsAsync(api)) && !patience.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private static async Task<List<JsonNode>> IncidentsAsync(HttpClient api, string filter = "")
    {
        var page = JsonNode.Parse(await api.GetStringAsync(new Uri($"/api/incidents/?limit=200{filter}", UriKind.Relative), Cancelled))!;
        return [.. page["results"]!.AsArray().Select(i => i!)];
    }

    private sealed record Fault(string Namespace, string Workload, string Type, long Occurrences, int Pods);

    private sealed record Bundle(string Path, string CrashLoop, string LastWords, Fault[] Faults)
    {
        public static Bundle Of(string which) => which == "own"
            ? new(CapturePaths.Own("own-support-bundle"), "orders-api", "orders-db.data",
            [
                new("shop", "orders-api", "CrashLoopBackOff", 31, 1),
                new("shop", "report-runner", "FailedScheduling", 2, 2),
                new("kube-system", "helm-install-ingress", "CrashLoopBackOff", 1, 1),
                new("kube-system", "metrics-server", "ProbeFailure", 9, 2),
            ])
            : new(CapturePaths.Shared("support-bundle"), "backend-api", "postgres-service.database",
            [
                new("default", "backend-api", "CrashLoopBackOff", 25, 1),
                new("default", "cpu-intensive-app", "FailedScheduling", 2, 2),
                new("kube-system", "helm-install-traefik", "CrashLoopBackOff", 1, 1),
                new("kube-system", "metrics-server", "ProbeFailure", 10, 2),
            ]);
    }

    private sealed class RunningApi(StandaloneProcess process, HttpClient client) : IDisposable
    {
        public HttpClient Client => client;

        public void Dispose()
        {
            client.Dispose();
            process.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
