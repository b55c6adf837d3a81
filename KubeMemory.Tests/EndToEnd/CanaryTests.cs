using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Analysis.Prompting;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Core.Analysis.Prompting;
using KubeMemory.Tests.EndToEnd.Telemetry;
using KubeMemory.Tests.Engines.Servers;
using KubeMemory.Tests.Standalone;
using Microsoft.Data.Sqlite;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>
/// Secrets of many kinds in logs, events, environment, arguments and annotations of a cluster, the whole program as a process of its own, and
/// every place where something of it comes out: none is seen anywhere.
/// </summary>
public sealed class CanaryTests
{
    private const string Ns = "shop";
    private const string Container = "app";
    private const string CrashingPod = "leaky-6c8f7d9b54-xzxtb";

    private static readonly IReadOnlyList<Canary> Canaries = Canary.DrawAll();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Canaries_Always_AreThirtyKindsAtLeast()
    {
        Assert.True(Canaries.Count >= 30);
        Assert.Equal(Canaries.Count, Canaries.DistinctBy(canary => canary.Kind).Count());
        Assert.All(Canaries, canary => Assert.Contains(canary.Trace, canary.Line + canary.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SecretsEverywhere_WholeProgram_NoneComesOut()
    {
        var leaks = new Leaks(Canaries);
        using var home = new TemporaryFolder();
        await using var models = await OllamaStub.StartAsync("chat:1b", "embed:1b");
        await using var collector = await OtlpCollector.StartAsync();
        using var cluster = new ClusterState(TimeProvider.System);
        await using var server = await SimulatorServer.StartAsync(cluster, ct: Cancelled);
        Plant(cluster);
        await using var process = Start(home, server, models, collector);
        using var dashboard = new HttpClient { BaseAddress = await process.WaitForAddressAsync("Dashboard") };
        using var api = new HttpClient { BaseAddress = await process.WaitForAddressAsync("API") };
        await cluster.WaitForWatchesAsync("events", count => count > 0, Cancelled);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var live = ReadLiveAsync(api, stop.Token);
        for (var number = 0; number < Canaries.Count; number++)
        {
            cluster.RecordEvent(Event(number));
        }

        var incidents = await SettledAsync(api, models);
        foreach (var incident in incidents)
        {
            leaks.Look("the API", JsonSerializer.Serialize(incident, ContractJson.Options));
            leaks.Look("a prompt", await PromptOfAsync(incident));
            leaks.Look("a page", await PageOfAsync(dashboard, incident));
            leaks.Look("similar incidents", await api.GetStringAsync(Relative($"/api/incidents/{incident.Id}/similar"), Cancelled));
        }

        leaks.Look("the list", await dashboard.GetStringAsync(Relative("/"), Cancelled));
        leaks.LookInFiles("the data folder, open", home.PathOf("data"));
        await stop.CancelAsync();
        var messages = await live;
        Assert.Contains(Marker(Canaries.Count - 1), messages, StringComparison.Ordinal);
        leaks.Look("a live message", messages);
        process.Interrupt();
        Assert.Equal(0, await process.WaitForExitAsync());

        leaks.Look("the console", process.Output + process.Error);
        leaks.LookInFiles("the data folder", home.PathOf("data"));
        LookInTextIndexes(leaks, home);
        Assert.NotEmpty(collector.Bodies);
        foreach (var body in collector.Bodies)
        {
            leaks.Look("telemetry", body);
        }

        foreach (var request in models.Requests)
        {
            leaks.Look($"a request to a model ({request.Path})", request.Body.ValueKind == JsonValueKind.Undefined ? "" : request.Body.ToString());
        }

        Assert.True(leaks.Found.Count == 0, string.Join('\n', leaks.Found.Take(100)));
    }

    private static StandaloneProcess Start(TemporaryFolder home, SimulatorServer server, OllamaStub models, OtlpCollector collector) => StandaloneProcess.Start(
        home,
        [
            ("ConnectionStrings__chat", models.ConnectionString("chat:1b")), ("ConnectionStrings__embedding", models.ConnectionString("embed:1b")),
            ("Logging__LogLevel__Default", "Debug"), .. collector.Settings,
        ],
        "--kubeconfig", server.WriteKubeconfig(home.PathOf("config")), "--namespaces", "*", "--data", home.PathOf("data"), "--urls", "http://127.0.0.1:0;http://127.0.0.1:0");

    /// <summary>A crashing pod with all of them in its logs, environment, arguments, annotations and states.</summary>
    private static void Plant(ClusterState cluster)
    {
        var log = new StringBuilder("first line\n");
        foreach (var canary in Canaries)
        {
            log.Append(canary.Line).Append("\nafter ").Append(canary.Kind).Append('\n');
        }

        cluster.Apply("pods", Pod());
        cluster.SetLog(Ns, CrashingPod, Container, log + "current log\n");
        cluster.SetLog(Ns, CrashingPod, Container, log + "previous log\n", previous: true);
        cluster.RecordEvent(new EventDraft(Ns, "Pod", CrashingPod, "uid-leaky", "BackOff", "Back-off restarting failed container app", FieldPath: $"spec.containers{{{Container}}}", Host: "node-1"));
    }

    private static JsonObject Pod()
    {
        var said = string.Join("; ", Canaries.Select(OneLine));
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-5).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = CrashingPod,
                ["namespace"] = Ns,
                ["uid"] = "uid-leaky",
                ["creationTimestamp"] = at,
                ["annotations"] = new JsonObject([.. Canaries.Select((canary, number) => KeyValuePair.Create($"example.com/note-{number}", (JsonNode?)canary.Line)), new("kubectl.kubernetes.io/last-applied-configuration", said)]),
            },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = "node-1",
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = Container,
                    ["image"] = "registry.example.com/leaky:2",
                    ["args"] = new JsonArray([.. Canaries.Select(canary => (JsonNode)OneLine(canary))]),
                    ["env"] = new JsonArray([.. Canaries.Select(canary => (JsonNode)new JsonObject { ["name"] = canary.Name, ["value"] = canary.Value }), new JsonObject { ["name"] = "MODE", ["value"] = "seen-in-env" }]),
                }),
            },
            ["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["containerStatuses"] = new JsonArray(new JsonObject
                {
                    ["name"] = Container,
                    ["ready"] = false,
                    ["restartCount"] = 4,
                    ["image"] = "registry.example.com/leaky:2",
                    ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff", ["message"] = OneLine(Canaries[0]) } },
                    ["lastState"] = new JsonObject
                    {
                        ["terminated"] = new JsonObject { ["exitCode"] = 1, ["reason"] = "Error", ["message"] = string.Join('\n', Canaries.Select(canary => canary.Line)), ["startedAt"] = at, ["finishedAt"] = at },
                    },
                }),
            },
        };
    }

    private static string OneLine(Canary canary) => canary.Line.Replace("\n", "\\n", StringComparison.Ordinal);

    // Workloads are named by letters: what looks like a number or a hash is the pod's.
    private static string WorkloadOf(int number) => $"svc-{(char)('a' + (number / 26))}{(char)('a' + (number % 26))}";

    private static string Marker(int number) => $"marker {WorkloadOf(number)} said";

    private static EventDraft Event(int number) => new(
        Ns, "Pod", $"{WorkloadOf(number)}-6c8f7d9b54-xzxtb", $"uid-{number}", "Failed", $"Error: {Marker(number)} {OneLine(Canaries[number])}", FieldPath: "spec.containers{main}", Host: "node-1");

    /// <summary>All incidents with all that is looked up for them, once the vectors of all are made.</summary>
    private static async Task<IReadOnlyList<IncidentDetail>> SettledAsync(HttpClient api, OllamaStub models)
    {
        IReadOnlyList<IncidentDetail> incidents = [];
        await WatchedCluster.UntilAsync(async () =>
        {
            var page = (await api.GetFromJsonAsync<IncidentPage>(Relative("/api/incidents/?limit=200"), ContractJson.Options, Cancelled))!;
            if (page.Results.Count <= Canaries.Count)
            {
                return false;
            }

            incidents = [.. await Task.WhenAll(page.Results.Select(async one => (await api.GetFromJsonAsync<IncidentDetail>(Relative($"/api/incidents/{one.Id}"), ContractJson.Options, Cancelled))!))];
            var embedded = string.Concat(models.Requests.Where(request => request.Path == "/api/embed").Select(request => request.Body.ToString()));
            var crash = incidents.SingleOrDefault(one => one.Workload == "leaky" || one.PodName == CrashingPod);
            return crash is not null && crash.RawLogs.Contains("current log", StringComparison.Ordinal) && crash.RawLogs.Contains("previous log", StringComparison.Ordinal)
                && crash.Evidence.Any(one => one.Text.Contains("seen-in-env", StringComparison.Ordinal))
                && embedded.Contains("previous log", StringComparison.Ordinal)
                && Enumerable.Range(0, Canaries.Count).All(number => embedded.Contains(Marker(number), StringComparison.Ordinal));
        });
        return incidents;
    }

    /// <summary>What a model would be asked about it.</summary>
    private static async Task<string> PromptOfAsync(IncidentDetail incident)
    {
        var diagnosed = DiagnosisCase.Of(incident);
        var chat = new ScriptedChat("{}", "{}");
        var input = new AnalysisInput(incident, diagnosed, Diagnoser.Default.Diagnose(diagnosed), new Retrieved([], FixGuidance.None), null);
        await new ModelRecommender(chat, new ModelOptions { ContextTokens = 131_072 }, "Stub").RecommendAsync(input, null, Cancelled);
        return string.Join('\n', chat.Requests.SelectMany(request => request.Messages).Select(message => message.Text));
    }

    private static async Task<string> PageOfAsync(HttpClient dashboard, IncidentDetail incident)
    {
        var page = await dashboard.GetStringAsync(Relative($"/incidents/{incident.Id}"), Cancelled);
        Assert.Contains(incident.Workload, page, StringComparison.Ordinal);
        return page;
    }

    private static async Task<string> ReadLiveAsync(HttpClient api, CancellationToken until)
    {
        var said = new StringBuilder();
        try
        {
            using var stream = new StreamReader(await api.GetStreamAsync(Relative("/api/incidents/stream"), until));
            while (await stream.ReadLineAsync(until) is { } line)
            {
                said.Append(line).Append('\n');
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was heard.
        }

        return said.ToString();
    }

    /// <summary>The indexes keep no text, but words and three letters at a time, which no search of bytes finds.</summary>
    private static void LookInTextIndexes(Leaks leaks, TemporaryFolder home)
    {
        var file = Assert.Single(Directory.GetFiles(home.PathOf("data"), "kubememory.db", SearchOption.AllDirectories));
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var words = connection.CreateCommand();
        words.CommandText = "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, evidence_texts, row); SELECT group_concat(term, ' ') FROM temp.words";
        var all = (string)words.ExecuteScalar()!;
        Assert.Contains("marker", all, StringComparison.Ordinal);
        leaks.Look("the words of the evidence", all);
        foreach (var canary in Canaries)
        {
            using var search = connection.CreateCommand();
            search.CommandText = "SELECT count(*) FROM incident_texts WHERE incident_texts MATCH $text";
            search.Parameters.AddWithValue("$text", $"\"{canary.Trace}\"");
            if ((long)search.ExecuteScalar()! > 0)
            {
                leaks.Look("the text of incidents", canary.Trace);
            }
        }
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    /// <summary>What was seen where it must not be.</summary>
    private sealed class Leaks(IReadOnlyList<Canary> canaries)
    {
        private readonly SortedSet<string> _found = new(StringComparer.Ordinal);

        public IReadOnlyCollection<string> Found => _found;

        public void Look(string place, string text)
        {
            foreach (var canary in canaries.Where(canary => text.Contains(canary.Trace, StringComparison.OrdinalIgnoreCase)))
            {
                var at = text.IndexOf(canary.Trace, StringComparison.OrdinalIgnoreCase);
                _found.Add($"{canary.Kind} in {place}: …{text[Math.Max(0, at - 60)..Math.Min(text.Length, at + canary.Trace.Length + 10)]}…");
            }
        }

        public void Look(string place, byte[] bytes) => Look(place, Encoding.Latin1.GetString(bytes));

        public void LookInFiles(string place, string folder)
        {
            // The lock is empty, and the program's alone.
            foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                Look($"{place}, {Path.GetFileName(file)}", bytes.ToArray());
            }
        }
    }
}
