using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Metrics;
using Xunit;
using ClusterState = KubeMemory.Simulator.Cluster.ClusterState;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>What Prometheus reads from three processes that work and fail: the numbers of the status, and all that dashboard and rules ask for.</summary>
public sealed class MetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What Prometheus and its histograms add.</summary>
    private static readonly string[] LabelsOfPrometheus = ["le", "job", "instance"];

    /// <summary>Not there before a browser has opened a page.</summary>
    private const string OfBrowsers = "aspnetcore_components_circuit_connected";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_SayWhatHappens_AndDashboardRulesAndTableAskForNothingElse()
    {
        await using var stack = await DistributedStack.StartAsync();
        using var state = new ClusterState(TimeProvider.System);
        var cluster = await SimulatorServer.StartAsync(state, ct: Cancelled);
        await using var parts = await PartsAsync(stack, cluster);
        await using var reader = await LiveReader.EventsAsync(parts.Api.Address);
        await using (var source = EventSource.Start(cluster, eventsPerSecond: 200))
        {
            await source.WaitForAsync(500);
            await source.StopAsync();
            await DistributedStack.WaitForOccurrencesAsync(parts.Api, source.Emitted);
        }

        await parts.UntilAsync("the numbers of the status", parts.AgreesAsync);
        Assert.Equal(1, parts.OfWatcher.Sum("kubememory_watch_up", ("k8s_cluster_name", "prod"), ("scope", "*")));
        Assert.Equal(0, parts.OfWatcher.Sum("kubememory_watch_failures_total"));
        await parts.UntilAsync("vectors by the model", () => Task.FromResult(parts.OfApi.Sum("kubememory_projection_incidents", ("projector", "vectors")) > 0));

        stack.Ollama.FaultStatus = 500;
        state.RecordEvent(new("shop", "Pod", "late-7d9f8b6c5-x2x4z", "uid-late", "BackOff", "Back-off restarting failed container app in pod", FieldPath: "spec.containers{app}"));
        await parts.UntilAsync("errors of the model", () => Task.FromResult(parts.OfApi.Sum("kubememory_model_errors_total", ("port", "embedding")) > 0));
        await parts.UntilAsync("the projection's lag", () => Task.FromResult(parts.OfApi.Sum("kubememory_projection_lag_seconds", ("projector", "vectors")) > 0));

        await cluster.DisposeAsync();
        await parts.UntilAsync("the watch down", () => Task.FromResult(
            parts.OfWatcher.Find("kubememory_watch_up").Any() && parts.OfWatcher.Sum("kubememory_watch_up") == 0
            && parts.OfWatcher.Sum("kubememory_watch_failures_total", ("error_type", "connection"), ("k8s_cluster_name", "prod")) > 0));
        // An unsynced watch takes nothing away.
        Assert.Equal(HttpStatusCode.OK, (await parts.HealthOfWatcherAsync()).Status);

        parts.AssertDashboardAndRules();
        parts.AssertTable();
    }

    [Fact]
    public async Task Redis_Stopped_WatcherIsUnreadyAndNamesIt_AndItsGaugesGo()
    {
        await using var stack = await DistributedStack.StartAsync();
        await using var parts = await PartsAsync(stack, stack.Cluster);
        await parts.UntilAsync("all engines up", () => Task.FromResult(
            parts.OfWatcher.Sum("kubememory_engine_up", ("port", "signals")) == 1 && parts.OfApi.Sum("kubememory_engine_up") == 6 && parts.OfApi.Find("kubememory_stream_depth").Any()));
        Assert.Equal(HttpStatusCode.OK, (await parts.HealthOfWatcherAsync()).Status);

        await stack.Redis.StopAsync();
        await parts.UntilAsync("unready", async () =>
            await parts.HealthOfWatcherAsync() is { Status: HttpStatusCode.ServiceUnavailable } health
            && health.Body.Contains("signals (Redis) does not answer", StringComparison.Ordinal));
        // What was last read there is not true any more; the store's own numbers stay.
        await parts.UntilAsync("gauges gone", () => Task.FromResult(
            parts.OfApi.Find("kubememory_engine_up", ("port", "signals"), ("engine", "Redis")).Any(up => up.Value == 0)
            && !parts.OfApi.Find("kubememory_stream_depth").Any()
            && parts.OfApi.Find("kubememory_incidents_open").Any()));
        Assert.Single(parts.Api.Process.Output.Split('\n'), line => line.Contains("There are no metrics of the signal stream", StringComparison.Ordinal));

        await stack.Redis.StartAsync(Cancelled);
        await parts.UntilAsync("ready again", async () =>
            (await parts.HealthOfWatcherAsync()).Status == HttpStatusCode.OK && parts.OfApi.Find("kubememory_stream_depth").Any());
    }

    private static async Task<Parts> PartsAsync(DistributedStack stack, SimulatorServer cluster)
    {
        var watcher = stack.StartWatcher(cluster, "prod");
        var api = await stack.StartApiAsync(("KubeMemory__Metrics__SampleEvery", "00:00:01"));
        var web = await stack.StartWebAsync(api);
        var parts = new Parts(api, await DistributedStack.ListeningAsync(watcher), web.Address);
        await DistributedStack.WaitForStatusAsync(api, status => status["clusters"]!.AsArray().Any(one => (string?)one!["state"] == "watching"));
        return parts;
    }

    /// <summary>The three processes as Prometheus sees them, and all that they have ever said.</summary>
    private sealed class Parts(ApiReplica api, Uri watcher, Uri web) : IAsyncDisposable
    {
        private readonly HttpClient _watcher = new() { BaseAddress = watcher };
        private readonly HttpClient _web = new() { BaseAddress = web };
        private readonly Dictionary<string, HashSet<string>> _labels = [];

        public ApiReplica Api => api;

        public Scrape OfApi { get; private set; } = null!;

        public Scrape OfWatcher { get; private set; } = null!;

        /// <summary>Scrapes all three until it is so.</summary>
        public async Task UntilAsync(string what, Func<Task<bool>> condition)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            patience.CancelAfter(Patience);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
            do
            {
                OfApi = Remember(await Scrape.OfAsync(api.Http, Cancelled));
                OfWatcher = Remember(await Scrape.OfAsync(_watcher, Cancelled));
                Remember(await Scrape.OfAsync(_web, Cancelled));
                if (await condition())
                {
                    return;
                }
            }
            while (!patience.IsCancellationRequested && await timer.WaitForNextTickAsync(Cancelled));

            Assert.Fail($"Never seen: {what}. The Api says:\n{OfApi}\nThe Watcher says:\n{OfWatcher}");
        }

        public async Task<(HttpStatusCode Status, string Body)> HealthOfWatcherAsync()
        {
            using var health = await _watcher.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
            return (health.StatusCode, await health.Content.ReadAsStringAsync(Cancelled));
        }

        /// <summary>The last scrape says what the status says.</summary>
        public async Task<bool> AgreesAsync()
        {
            var status = (await api.Http.GetFromJsonAsync<JsonNode>("/api/status", Cancelled))!;
            return status["gates"]!.AsObject().Count >= 2
                && status["gates"]!.AsObject().All(gate => (long)gate.Value! == OfApi.Sum("kubememory_signals_total", ("gate", gate.Key)))
                && status["open_by_severity"]!.AsObject().All(severity => (long)severity.Value! == OfApi.Sum("kubememory_incidents_open", ("severity", severity.Key)))
                && (long)status["incidents"]! == OfApi.Sum("kubememory_incidents_stored")
                && (long)status["stream"]!["pending"]! == OfApi.Sum("kubememory_stream_depth", ("topic", "signals"))
                && (long)status["stream"]!["dead_letters"]! == OfApi.Sum("kubememory_stream_dead_letters")
                && (long)status["gates"]!["received"]! == OfWatcher.Sum("kubememory_watcher_signals_total", ("gate", "received"))
                && status["engines"]!.AsArray().All(engine => OfApi.Sum("kubememory_engine_up", ("port", (string)engine!["port"]!)) == ((bool)engine["healthy"]! ? 1 : 0));
        }

        /// <summary>Every metric and every label of a query has been seen.</summary>
        public void AssertDashboardAndRules()
        {
            var queries = MetricFiles.DashboardQueries();
            Assert.All(queries, query => Assert.NotEmpty(MetricFiles.MetricsIn(query)));
            var asked = queries.SelectMany(MetricFiles.MetricsIn).Concat(MetricFiles.MetricsIn(MetricFiles.AlertsText())).Except([OfBrowsers]);
            Assert.Empty(asked.Except(_labels.Keys));

            var known = _labels.Values.SelectMany(labels => labels).Concat(LabelsOfPrometheus);
            var labels = queries.SelectMany(MetricFiles.LabelsIn).Concat(MetricFiles.LabelsIn(MetricFiles.AlertsText()));
            Assert.Empty(labels.Except(known));
        }

        /// <summary>Whatever is documented has been seen, with just these labels, and whatever has been seen is documented.</summary>
        public void AssertTable()
        {
            var seen = _labels.Where(metric => metric.Key.StartsWith("kubememory_", StringComparison.Ordinal))
                .GroupBy(metric => MetricOf(metric.Key), metric => metric.Value)
                .Select(metric => $"{metric.Key}: {string.Join(", ", metric.SelectMany(labels => labels).Where(label => label != "le").Distinct().Order())}");
            var documented = MetricFiles.Documented().Select(metric => $"{metric.Name}: {string.Join(", ", metric.Labels.Order())}");
            Assert.Equal(documented.Order(), seen.Order());
        }

        public ValueTask DisposeAsync()
        {
            _watcher.Dispose();
            _web.Dispose();
            return ValueTask.CompletedTask;
        }

        private string MetricOf(string sample) => OfApi.Kinds.ContainsKey(sample) ? sample : OfWatcher.MetricOf(OfApi.MetricOf(sample));

        private Scrape Remember(Scrape scrape)
        {
            foreach (var sample in scrape.Samples)
            {
                if (!_labels.TryGetValue(sample.Name, out var labels))
                {
                    _labels[sample.Name] = labels = [];
                }

                labels.UnionWith(sample.Labels.Keys.Where(label => !label.StartsWith("otel_scope_", StringComparison.Ordinal)));
            }

            Assert.All(scrape.Kinds.Keys.Where(name => name.StartsWith("kubememory_", StringComparison.Ordinal)), name => Assert.Contains(name, scrape.Helps.Keys));
            return scrape;
        }
    }
}
