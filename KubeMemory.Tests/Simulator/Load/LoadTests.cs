using System.Text.Json.Nodes;
using KubeMemory.Simulator.Load;
using KubeMemory.Simulator.Server;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Load;

public sealed class LoadTests
{
    [Fact]
    public async Task Watch_OfALoad_SendsWhatIsExpectedAndStaysOpen()
    {
        await using var cluster = await StartAsync();
        var plan = LoadPlan.Create(cluster.State, new LoadOptions { Lines = 2000, Pods = 60, Workloads = 7 }, TimeProvider.System);
        await using var server = await SimulatorServer.StartAsync(cluster.State, new SimulatorOptions { Load = plan }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = server.Address };
        var list = JsonNode.Parse(await http.GetStringAsync("/api/v1/events", TestContext.Current.CancellationToken))!;
        var expected = JsonNode.Parse(await http.GetStringAsync("/load/expected", TestContext.Current.CancellationToken))!;
        Assert.Empty(list["items"]!.AsArray());

        using var watch = await WatchReader.OpenAsync(http, $"/api/v1/events?watch=1&resourceVersion={list["metadata"]!["resourceVersion"]}&fieldSelector=type%21%3DNormal");
        var counts = new Dictionary<string, int>();
        var added = 0;
        var bytes = 0;
        for (var i = 0; i < 2000; i++)
        {
            var raw = (await watch.RawAsync())!;
            bytes += raw.Length + 1;
            var line = JsonNode.Parse(raw)!;
            added += (string?)line["type"] == "ADDED" ? 1 : 0;
            var name = (string)line["object"]!["metadata"]!["name"]!;
            var count = (int)line["object"]!["count"]!;
            Assert.True(count > counts.GetValueOrDefault(name));
            counts[name] = count;
            Assert.NotNull(cluster.State.Get("pods", "load", (string)line["object"]!["involvedObject"]!["name"]!));
        }

        Assert.Equal((2000, counts.Count, counts.Values.Sum()), ((int)expected["lines"]!, (int)expected["series"]!, (int)expected["occurrences"]!));
        Assert.InRange(added, 300, 500);
        Assert.InRange(bytes / 2000, 1550, 1850);
        cluster.State.RecordEvent(Draft());
        Assert.Equal("shop", (string?)(await watch.NextAsync())!["object"]!["metadata"]!["namespace"]);
    }

    [Fact]
    public async Task Watch_FromAVersionInsideALoad_GetsTheRest()
    {
        await using var cluster = await StartAsync();
        var plan = LoadPlan.Create(cluster.State, new LoadOptions { Lines = 1000, Pods = 10, Workloads = 2 }, TimeProvider.System);
        await using var server = await SimulatorServer.StartAsync(cluster.State, new SimulatorOptions { Load = plan }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = server.Address };

        using var watch = await WatchReader.OpenAsync(http, $"/api/v1/events?watch=1&resourceVersion={cluster.State.ResourceVersion + 700}");

        Assert.Equal((cluster.State.ResourceVersion + 701).ToString(), (string?)(await watch.NextAsync())!["object"]!["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public async Task Create_ForALoad_GivesEveryPodItsOwners()
    {
        await using var cluster = await StartAsync();
        LoadPlan.Create(cluster.State, new LoadOptions { Lines = 1, Pods = 60, Workloads = 7 }, TimeProvider.System);

        Assert.Equal(60, cluster.State.List("pods").Count);
        Assert.Equal(7, cluster.State.List("deployments").Count);
        Assert.All(cluster.State.List("pods"), pod =>
        {
            var replicaSet = cluster.State.Get("replicasets", "load", (string)pod["metadata"]!["ownerReferences"]![0]!["name"]!)!;
            Assert.NotNull(cluster.State.Get("deployments", "load", (string)replicaSet["metadata"]!["ownerReferences"]![0]!["name"]!));
        });
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 2)]
    public async Task Create_OutOfRange_Throws(int lines, int pods, int workloads)
    {
        await using var cluster = await StartAsync();

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            LoadPlan.Create(cluster.State, new LoadOptions { Lines = lines, Pods = pods, Workloads = workloads }, TimeProvider.System));
    }
}
