using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Standalone;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>Who reads the live feed comes back after a kill and misses no change.</summary>
public sealed class ResumeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_ResumedOverAKill_HasEveryChangeInOrder_AndEndsAtTheTruth()
    {
        using var home = new TemporaryFolder();
        using var state = new ClusterState(TimeProvider.System);
        await using var server = await SimulatorServer.StartAsync(state, ct: Cancelled);
        var kubeconfig = server.WriteKubeconfig(home.PathOf("config"));
        await using var source = EventSource.Start(server, eventsPerSecond: 100);
        var reader = new FeedReader();

        await using (var process = Start(home, kubeconfig))
        {
            using var api = await ConnectAsync(process);
            await reader.ReadAsync(api, after: "0", until: () => reader.Changes >= 50);
            await process.KillAsync();
        }

        await using var again = Start(home, kubeconfig);
        using var resumed = await ConnectAsync(again);
        var before = reader.Changes;
        await reader.ReadAsync(resumed, reader.LastId, until: () => reader.Changes >= before + 20);
        await source.StopAsync();
        await reader.ReadAsync(resumed, reader.LastId, until: () => reader.Occurrences >= source.Emitted);

        Assert.Equal(source.Emitted, reader.Occurrences);
        Assert.Equal(source.Problems, reader.Incidents);
    }

    private static StandaloneProcess Start(TemporaryFolder home, string kubeconfig) => StandaloneProcess.Start(
        home, "--kubeconfig", kubeconfig, "--namespaces", "*", "--data", home.PathOf("data"), "--urls", "http://127.0.0.1:0;http://127.0.0.1:0");

    private static async Task<HttpClient> ConnectAsync(StandaloneProcess process) => new() { BaseAddress = await process.WaitForAddressAsync("API") };

    /// <summary>What a reader knows from the feed alone.</summary>
    private sealed class FeedReader
    {
        private readonly Dictionary<long, long> _occurrences = [];

        public string LastId { get; private set; } = "0";

        public int Changes { get; private set; }

        public int Incidents => _occurrences.Count;

        public long Occurrences => _occurrences.Values.Sum();

        public async Task ReadAsync(HttpClient api, string after, Func<bool> until)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/incidents/stream");
            request.Headers.Add("Last-Event-ID", after);
            using var response = await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
            while (!until())
            {
                Take(await lines.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled) ?? throw new IOException("The stream has ended."));
            }
        }

        private void Take(string line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                // Ids have no gaps: the next one is the next change.
                Assert.Equal(long.Parse(LastId, null) + 1, long.Parse(line[4..], null));
                LastId = line[4..];
            }

            Assert.NotEqual("event: reset", line);
            if (line.StartsWith("data: ", StringComparison.Ordinal) && JsonNode.Parse(line[6..])!["incident"] is { } incident)
            {
                _occurrences[(long)incident["id"]!] = (long)incident["occurrences"]!;
                Changes++;
            }
        }
    }
}
