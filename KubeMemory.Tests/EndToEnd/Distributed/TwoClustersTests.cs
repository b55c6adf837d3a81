using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>Two clusters whose namespaces, workloads, pods and images have the same names, watched at the same time.</summary>
public sealed class TwoClustersTests
{
    private static readonly string[] Workloads = ["cart", "mail", "web"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoClusters_EqualNames_NeverMixInAnyEngine()
    {
        await using var stack = await DistributedStack.StartAsync();
        var other = await stack.AddClusterAsync();
        var names = new Dictionary<string, string> { [stack.Cluster.State.KubeSystemUid] = "east", [other.State.KubeSystemUid] = "west" };
        var api = await stack.StartApiAsync();
        await DistributedStack.WaitForOccurrencesAsync(api, 0);
        await using var reader = await LiveReader.EventsAsync(api.Address);
        stack.StartWatcher(stack.Cluster, "east");
        stack.StartWatcher(other, "west");
        await DistributedStack.WaitForStatusAsync(
            api, status => status["clusters"]!.AsArray().Where(cluster => (string?)cluster!["state"] == "watching").Select(cluster => (string?)cluster!["name"]).Order().SequenceEqual(["east", "west"]));

        Fail(stack.Cluster, 2);
        Fail(other, 5);
        var all = Workloads.Length * 2;
        await DistributedStack.WaitForOccurrencesAsync(api, 7 * all);
        await DistributedStack.WaitForStatusAsync(api, status => status["projections"]!.AsArray().All(projection => (long?)projection!["present"] == 2 * all && (long)projection["waiting"]! == 0));
        var incidents = (await GetAsync(api, "/api/incidents/?limit=200"))["results"]!.AsArray().Select(incident => incident!).ToList();

        Assert.Equal(2 * all, incidents.Count);
        Assert.All(incidents, incident => Assert.Equal(names[ClusterOf(incident)], (string?)incident["cluster"]));
        Assert.Equal([2 * all, 5 * all], names.Keys.Select(id => incidents.Where(incident => ClusterOf(incident) == id).Sum(incident => (int)incident["occurrences"]!)));
        var storms = incidents.Where(incident => incident["storm_id"] is not null).GroupBy(incident => (long)incident["storm_id"]!).ToList();
        Assert.Equal(2, storms.Count);
        Assert.All(storms, storm => Assert.Equal((Workloads.Length, 1), (storm.Count(), storm.Select(ClusterOf).Distinct().Count())));

        foreach (var incident in incidents)
        {
            await AssertKeptApartAsync(api, incident, incidents, names);
        }

        await reader.WaitAsync(changes => changes.Where(change => change.Incident is not null).DistinctBy(change => (long)change.Incident!["id"]!).Count() == 2 * all);
        Assert.All(
            reader.Changes.Select(change => change.Incident).OfType<JsonNode>(),
            told => Assert.Equal(ClusterOf(incidents.Single(incident => (long)incident["id"]! == (long)told["id"]!)), ClusterOf(told)));
    }

    private static async Task AssertKeptApartAsync(ApiReplica api, JsonNode incident, List<JsonNode> incidents, Dictionary<string, string> names)
    {
        var id = (long)incident["id"]!;
        var own = incidents.Where(other => ClusterOf(other) == ClusterOf(incident)).Select(other => (long)other["id"]!).ToHashSet();

        // The same trouble elsewhere is what a memory is for; it says where.
        var similar = (await GetAsync(api, $"/api/incidents/{id}/similar?limit=20"))["results"]!.AsArray().Select(result => result!["incident"]!).ToList();
        Assert.Contains(similar, found => ClusterOf(found) != ClusterOf(incident));
        Assert.All(similar, found => Assert.Equal(names[ClusterOf(incidents.Single(other => (long)other["id"]! == (long)found["id"]!))], (string?)found["cluster"]));

        var together = (await GetAsync(api, $"/api/incidents/{id}/co-occurring?limit=20"))["results"]!.AsArray().Select(result => (long)result!["incident"]!["id"]!).ToList();
        Assert.NotEmpty(together);
        Assert.Subset(own, together.ToHashSet());
        var graph = (await GetAsync(api, $"/api/incidents/{id}/graph"))["nodes"]!.AsArray();
        Assert.Subset(own, graph.Select(node => (long?)node!["incident_id"]).OfType<long>().ToHashSet());
        Assert.Contains(graph, node => (string?)node!["label"] == "Incident" && (long?)node["incident_id"] != id);

        var detail = await GetAsync(api, $"/api/incidents/{id}");
        Assert.Subset(own, detail["related"]!.AsArray().Where(related => ClusterOf(related!) == ClusterOf(incident)).Select(related => (long)related!["id"]!).ToHashSet());
    }

    /// <summary>One image that no workload gets, and a crash of each.</summary>
    private static void Fail(SimulatorServer cluster, int times)
    {
        foreach (var workload in Workloads)
        {
            var pod = $"{workload}-6c8f7d9b54-xbxzt";
            for (var i = 0; i < times; i++)
            {
                cluster.State.RecordEvent(new EventDraft(
                    "shop", "Pod", pod, $"uid-{pod}", "Failed", "Failed to pull image \"registry.example.com/base:2\": not found", FieldPath: "spec.containers{app}", Host: "node-1"));
                cluster.State.RecordEvent(new EventDraft(
                    "shop", "Pod", pod, $"uid-{pod}", "BackOff", $"Back-off restarting failed container app in pod {pod}", FieldPath: "spec.containers{app}", Host: "node-1"));
            }
        }
    }

    private static string ClusterOf(JsonNode incident) => (string)incident["cluster_id"]!;

    private static async Task<JsonNode> GetAsync(ApiReplica api, string address) => (await api.Http.GetFromJsonAsync<JsonNode>(address, Cancelled))!;
}
