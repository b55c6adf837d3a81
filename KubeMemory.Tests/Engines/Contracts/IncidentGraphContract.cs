using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What hangs together and what does not, through the graph of each size.</summary>
public abstract class IncidentGraphContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private GraphSet _set = null!;

    private protected GraphSet Set => _set;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<GraphSet> OpenAsync();

    public async ValueTask InitializeAsync()
    {
        _set = await OpenAsync();
        await _set.Graph.PrepareAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _set.DisposeAsync();
    }

    [Theory]
    [InlineData("00:30:00")]
    [InlineData("01:00:00")]
    [InlineData("23:59:59")]
    public async Task FindCoOccurring_ExactlyADayApart_FindsNothing(string within)
    {
        var first = await AddAsync("web", At);
        var second = await AddAsync("api", At + TimeSpan.FromDays(1));

        Assert.Empty(await CoOccurringAsync(first, TimeSpan.Parse(within, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Empty(await CoOccurringAsync(second, TimeSpan.Parse(within, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task FindCoOccurring_ExactlyADayApartWithinADay_FindsIt()
    {
        var first = await AddAsync("web", At);
        var second = await AddAsync("api", At + TimeSpan.FromDays(1));

        Assert.Equal((second, TimeSpan.FromDays(1)), Only(await CoOccurringAsync(first, TimeSpan.FromDays(1))));
        Assert.Equal((first, -TimeSpan.FromDays(1)), Only(await CoOccurringAsync(second, TimeSpan.FromDays(1))));
    }

    [Fact]
    public async Task FindCoOccurring_AtTheBoundary_CountsItAndNotAMicrosecondMore()
    {
        var asked = await AddAsync("web", At);
        var before = await AddAsync("before", At - Hour);
        var after = await AddAsync("after", At + Hour);
        await AddAsync("too-early", At - Hour - TimeSpan.FromMicroseconds(1));
        await AddAsync("too-late", At + Hour + TimeSpan.FromMicroseconds(1));

        var found = await CoOccurringAsync(asked, Hour);

        Assert.Equal([(before, -Hour), (after, Hour)], found.Select(other => (other.IncidentId, other.Apart)));
    }

    [Fact]
    public async Task FindCoOccurring_Several_AreNearestFirstThenByIdAndNoMoreThanAsked()
    {
        var asked = await AddAsync("web", At);
        var far = await AddAsync("far", At + TimeSpan.FromMinutes(9));
        var late = await AddAsync("late", At + TimeSpan.FromMinutes(2));
        var early = await AddAsync("early", At - TimeSpan.FromMinutes(2));
        var same = await AddAsync("same", At);

        var found = await CoOccurringAsync(asked, Hour);
        var two = await CoOccurringAsync(asked, Hour, max: 2);

        Assert.Equal([same, late, early, far], found.Select(other => other.IncidentId));
        Assert.Equal([same, late], two.Select(other => other.IncidentId));
    }

    [Fact]
    public async Task FindCoOccurring_WhatBothHangOn_IsNamed()
    {
        var asked = await AddAsync(new("web", At) { Image = "img:1", Pods = [new("web-1", "n1"), new("web-2", "n2")] });
        var workload = await AddAsync(new("web", At + TimeSpan.FromMinutes(1)) { Type = IncidentType.ProbeFailure, Pods = [new("web-2", "n2")] });
        var node = await AddAsync(new("api", At + TimeSpan.FromMinutes(2)) { Namespace = "other", Pods = [new("api-1", "n1")] });
        var image = await AddAsync(new("job", At + TimeSpan.FromMinutes(3)) { Image = "img:1", Pods = [new("job-1", "n9")] });
        var nothing = await AddAsync(new("far", At + TimeSpan.FromMinutes(4)) { Namespace = "other", Image = "img:2", Pods = [new("web-1", "n8")] });

        var found = (await CoOccurringAsync(asked, Hour)).ToDictionary(other => other.IncidentId, other => string.Join(' ', other.Shared));

        Assert.Equal("Namespace Node Pod Workload", found[workload]);
        Assert.Equal("Node", found[node]);
        Assert.Equal("Image Namespace", found[image]);
        Assert.Equal("", found[nothing]);
    }

    [Fact]
    public async Task Graph_OfTwoClustersWithEqualNames_NeverMixes()
    {
        var here = await AddAsync(new("web", At) { Image = "img:1" });
        var there = await AddAsync(new("web", At) { Image = "img:1", ClusterId = "cluster-2" });

        Assert.Empty(await CoOccurringAsync(here, TimeSpan.FromDays(365)));
        Assert.Empty(await CoOccurringAsync(there, TimeSpan.FromDays(365)));
        var (mine, theirs) = (await NeighbourhoodAsync(here), await NeighbourhoodAsync(there));
        Assert.Equal([here], IncidentsOf(mine!));
        Assert.Equal([there], IncidentsOf(theirs!));
        Assert.Empty(mine!.Nodes.Select(node => node.Key).Intersect(theirs!.Nodes.Select(node => node.Key)));
        Assert.All(mine.Nodes, node => Assert.StartsWith($"{node.Label}|{Make.Cluster}", node.Key, StringComparison.Ordinal));
        Assert.All(theirs.Nodes, node => Assert.StartsWith($"{node.Label}|cluster-2", node.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_OfOneOfTwoClustersWithEqualNames_LeavesTheOther()
    {
        var here = await AddAsync(new("web", At) { Image = "img:1" });
        var there = await AddAsync(new("web", At) { Image = "img:1", ClusterId = "cluster-2" });
        var before = await NeighbourhoodAsync(there);

        await Set.RemoveAsync(here);

        Assert.Null(await NeighbourhoodAsync(here));
        AssertSame(before!, (await NeighbourhoodAsync(there))!);
        Assert.Equal(1, await Set.Graph.CountAsync(Token));
    }

    [Fact]
    public async Task GetNeighbourhood_OneIncident_HasAllThatItHangsOn()
    {
        var id = await AddAsync(new("web", At) { Image = "img:1", Pods = [new("web-1", "n1"), new("web-2", "n1"), new("web-3", null)] });

        var around = (await NeighbourhoodAsync(id))!;

        Assert.Equal((GraphLabels.Incident, "CrashLoopBackOff of web", id), (around.Nodes[0].Label, around.Nodes[0].Name, around.Nodes[0].IncidentId));
        Assert.Equal(
            ["Cluster", "Image img:1", "Incident CrashLoopBackOff of web", "Namespace shop", "Node n1", "Pod web-1", "Pod web-2", "Pod web-3", "Workload Deployment/web"],
            around.Nodes.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "Incident CrashLoopBackOff of web AFFECTED Pod web-1",
                "Incident CrashLoopBackOff of web AFFECTED Pod web-2",
                "Incident CrashLoopBackOff of web AFFECTED Pod web-3",
                "Incident CrashLoopBackOff of web RAN Image img:1",
                "Incident CrashLoopBackOff of web STRUCK Workload Deployment/web",
                "Namespace shop PART_OF Cluster",
                "Node n1 PART_OF Cluster",
                "Pod web-1 BELONGS_TO Workload Deployment/web",
                "Pod web-1 RUNS_ON Node n1",
                "Pod web-2 BELONGS_TO Workload Deployment/web",
                "Pod web-2 RUNS_ON Node n1",
                "Pod web-3 BELONGS_TO Workload Deployment/web",
                "Workload Deployment/web PART_OF Namespace shop",
            ],
            EdgesOf(around));
    }

    [Fact]
    public async Task GetNeighbourhood_Others_ComeWithWhatLeadsToThem()
    {
        var asked = await AddAsync(new("web", At) { Image = "img:1", Pods = [new("web-1", "n1")] });
        var probe = await AddAsync(new("web", At) { Type = IncidentType.ProbeFailure, Pods = [new("web-1", "n1"), new("web-7", "n7")], LastSeen = At + Hour });
        var beside = await AddAsync(new("api", At) { Namespace = "other", Pods = [new("api-1", "n1"), new("api-2", "n2")], LastSeen = At + (3 * Hour) });
        var image = await AddAsync(new("job", At) { Image = "img:1", Pods = [new("job-1", "n3")], LastSeen = At + (2 * Hour) });
        await AddAsync(new("stranger", At) { Pods = [new("stranger-1", "n4")] });

        var around = (await NeighbourhoodAsync(asked))!;

        Assert.Equal([asked, beside, image, probe], IncidentsOf(around));
        Assert.Equal(["api-1", "web-1"], around.Nodes.Where(node => node.Label == GraphLabels.Pod).Select(node => node.Name));
        Assert.Equal(["n1"], around.Nodes.Where(node => node.Label == GraphLabels.Node).Select(node => node.Name));
        Assert.Equal(
            [
                "Incident CrashLoopBackOff of api AFFECTED Pod api-1",
                "Incident CrashLoopBackOff of job RAN Image img:1",
                "Incident ProbeFailure of web AFFECTED Pod web-1",
                "Incident ProbeFailure of web STRUCK Workload Deployment/web",
                "Pod api-1 RUNS_ON Node n1",
            ],
            EdgesOf(around).Where(edge => edge.Contains("api", StringComparison.Ordinal) || edge.Contains("Probe", StringComparison.Ordinal) || edge.Contains("job", StringComparison.Ordinal)));
        Assert.All(around.Edges, edge => Assert.All((string[])[edge.From, edge.To], end => Assert.Contains(around.Nodes, node => node.Key == end)));
    }

    [Fact]
    public async Task GetNeighbourhood_MoreOthersThanAsked_KeepsThoseSeenLast()
    {
        var asked = await AddAsync(new("web", At) { Pods = [new("web-1", "n1")] });
        await AddAsync(new("a", At) { Pods = [new("a-1", "n1")], LastSeen = At + Hour });
        var last = await AddAsync(new("b", At) { Pods = [new("b-1", "n1")], LastSeen = At + (2 * Hour) });

        Assert.Equal([asked, last], IncidentsOf((await NeighbourhoodAsync(asked, max: 1))!));
        Assert.Equal([asked], IncidentsOf((await NeighbourhoodAsync(asked, max: 0))!));
    }

    [Fact]
    public async Task Ask_ForAnIncidentThatIsNotThere_FindsNothing()
    {
        await AddAsync("web", At);

        Assert.Null(await NeighbourhoodAsync(4711));
        Assert.Empty(await CoOccurringAsync(4711, Hour));
    }

    [Fact]
    public async Task Count_AfterAddingAndRemoving_IsThatOfTheIncidents()
    {
        Assert.Equal(0, await Set.Graph.CountAsync(Token));
        var first = await AddAsync("web", At);
        await AddAsync("api", At);
        Assert.Equal(2, await Set.Graph.CountAsync(Token));

        await Set.RemoveAsync(first);

        Assert.Equal(1, await Set.Graph.CountAsync(Token));
    }

    [Fact]
    public async Task Prepare_Again_ChangesNothing()
    {
        var id = await AddAsync("web", At);
        var before = await NeighbourhoodAsync(id);

        await Set.Graph.PrepareAsync(Token);

        AssertSame(before!, (await NeighbourhoodAsync(id))!);
    }

    private protected static IEnumerable<string> EdgesOf(GraphNeighbourhood around)
    {
        var names = around.Nodes.ToDictionary(node => node.Key, NameOf);
        return around.Edges.Select(edge => $"{names[edge.From]} {edge.Type} {names[edge.To]}").Order(StringComparer.Ordinal);
    }

    private protected static IEnumerable<long> IncidentsOf(GraphNeighbourhood around) => around.Nodes.Where(node => node.IncidentId is not null).Select(node => node.IncidentId!.Value);

    private protected Task<GraphNeighbourhood?> NeighbourhoodAsync(long id, int max = 20) => Set.Graph.GetNeighbourhoodAsync(id, max, Token);

    private protected Task<IReadOnlyList<CoOccurrence>> CoOccurringAsync(long id, TimeSpan within, int max = 50) => Set.Graph.FindCoOccurringAsync(id, within, max, Token);

    private static (long, TimeSpan) Only(IReadOnlyList<CoOccurrence> found)
    {
        var only = Assert.Single(found);
        return (only.IncidentId, only.Apart);
    }

    /// <summary>A cluster's name is the store's affair.</summary>
    private static string NameOf(GraphNode node) => node.Label == GraphLabels.Cluster ? node.Label : $"{node.Label} {node.Name}";

    private static void AssertSame(GraphNeighbourhood expected, GraphNeighbourhood actual)
    {
        Assert.Equal(expected.Nodes, actual.Nodes);
        Assert.Equal(expected.Edges, actual.Edges);
    }

    private Task<long> AddAsync(string workload, DateTimeOffset began) => AddAsync(new GraphIncident(workload, began));

    private Task<long> AddAsync(GraphIncident incident) => Set.AddAsync(incident);
}
