using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Neo4j;
using KubeMemory.Tests.Engines.Contracts;
using Xunit;

namespace KubeMemory.Tests.Engines.Neo4j;

public sealed class Neo4jIncidentGraphTests : IncidentGraphContract
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Neo4jGraphSet Neo4j => (Neo4jGraphSet)Set;

    private protected override async Task<GraphSet> OpenAsync() => await Neo4jGraphSet.StartAsync();

    [Fact]
    public async Task Upsert_AgainAfterAPodLeft_TakesOffThePodAndItsNode()
    {
        var facts = Facts(1, new("web", At) { Image = "img:1", Pods = [new("web-1", "n1"), new("web-2", "n2")] });
        await UpsertAsync(facts, Facts(2, new("api", At) { Pods = [new("api-1", "n9")] }));

        await UpsertAsync(facts with { Version = 2, Image = "img:2", Pods = [new("web-1", "n1")] });

        Assert.Equal(["Image img:2", "Node n1", "Pod web-1"], await ThingsAsync(1));
        Assert.Equal(["Node n9", "Pod api-1"], await ThingsAsync(2));
        Assert.DoesNotContain(Neo4j.Stub.Graph.Keys, key => key.Contains("web-2", StringComparison.Ordinal) || key.EndsWith("|n2", StringComparison.Ordinal) || key.EndsWith("img:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upsert_PodsChangedPlaces_KeepsEachOnItsNewNode()
    {
        var facts = Facts(1, new("db", At) { Pods = [new("db-0", "n1"), new("db-1", "n2")] });
        await UpsertAsync(facts);

        await UpsertAsync(facts with { Version = 2, Pods = [new("db-0", "n2"), new("db-1", "n1")] });

        Assert.Equal(["Pod db-0 RUNS_ON Node n2", "Pod db-1 RUNS_ON Node n1"], EdgesOf((await NeighbourhoodAsync(1))!).Where(edge => edge.Contains("RUNS_ON", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Upsert_PodThatTwoIncidentsSawOnDifferentNodes_IsSaidByEachForItself()
    {
        await UpsertAsync(Facts(1, new("db", At) { Pods = [new("db-0", "n1")] }));
        await UpsertAsync(Facts(2, new("db", At + TimeSpan.FromMinutes(1)) { Pods = [new("db-0", "n2")] }));

        Assert.Equal(["Node n1", "Pod db-0"], await ThingsAsync(1, max: 0));
        Assert.Equal(["Node n2", "Pod db-0"], await ThingsAsync(2, max: 0));
        Assert.Equal(["Namespace", "Pod", "Workload"], Assert.Single(await CoOccurringAsync(1, TimeSpan.FromHours(1))).Shared);
    }

    [Fact]
    public async Task Upsert_AnOlderVersion_DoesNotOverwrite()
    {
        var facts = Facts(1, new("web", At) { Pods = [new("web-2", "n2")] }) with { Version = 5, Description = "new" };
        await UpsertAsync(facts);

        await UpsertAsync(facts with { Version = 4, Description = "old", Pods = [new("web-1", "n1")] });

        Assert.Equal(["Node n2", "Pod web-2"], await ThingsAsync(1));
        Assert.Equal("new", (await NeighbourhoodAsync(1))!.Nodes[0].Name);
        Assert.DoesNotContain(Neo4j.Stub.Graph.Keys, key => key.EndsWith("web-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upsert_TheSameTwiceInOneBatch_KeepsTheNewest()
    {
        var facts = Facts(1, new("web", At));

        await UpsertAsync(facts with { Version = 3, Description = "new" }, facts with { Version = 2, Description = "old" });

        Assert.Equal("new", (await NeighbourhoodAsync(1))!.Nodes[0].Name);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task Upsert_IncidentAndTheOneBeforeIt_AreLinkedInWhicheverOrderTheyCome(long first, long second)
    {
        Dictionary<long, IncidentFacts> both = new()
        {
            [1] = Facts(1, new("web", At)),
            [2] = Facts(2, new("web", At + TimeSpan.FromHours(2))) with { PreviousId = 1 },
        };
        await UpsertAsync(both[first]);
        await UpsertAsync(both[second]);

        var follows = Assert.Single((await NeighbourhoodAsync(1))!.Edges, edge => edge.Type == GraphRelationships.Follows);

        Assert.Equal(($"Incident|{Make.Cluster}|2", $"Incident|{Make.Cluster}|1"), (follows.From, follows.To));
    }

    [Fact]
    public async Task Upsert_RolloutsAndFixes_AreHungOnWhereTheyBelong()
    {
        await UpsertAsync(Facts(1, new("web", At)) with
        {
            Rollouts = [new("4", "Revision 4", At - TimeSpan.FromMinutes(5)), new("5", "Revision 5", At + TimeSpan.FromMinutes(5))],
            Fixes = [new(7, "Raised the limit", true)],
        });

        Assert.Equal(
            [
                "Fix Raised the limit FIXED Incident CrashLoopBackOff of web",
                "Incident CrashLoopBackOff of web AFTER Rollout Revision 4",
                "Rollout Revision 4 CHANGED Workload Deployment/web",
            ],
            EdgesOf((await NeighbourhoodAsync(1))!).Where(edge => edge.Contains("Rollout", StringComparison.Ordinal) || edge.Contains("Fix", StringComparison.Ordinal)));

        await UpsertAsync(Facts(1, new("web", At)) with { Version = 2 });

        Assert.DoesNotContain(Neo4j.Stub.Graph.Keys, key => key.StartsWith("Fix|", StringComparison.Ordinal) || key.StartsWith("Rollout|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_WhatHungOnNothingElse_GoesToo()
    {
        await UpsertAsync(
            Facts(1, new("web", At) { Image = "img:1", Pods = [new("web-1", "n1"), new("web-2", "n2")] }),
            Facts(2, new("api", At) { Image = "img:1", Pods = [new("api-1", "n1")] }),
            Facts(3, new("lone", At) { Namespace = "lone" }),
            Facts(4, new("web", At) { ClusterId = "cluster-2" }));

        await Neo4j.RemoveAsync(1, 3, 4, 99);

        Assert.Equal(
            [
                "Cluster|cluster-1", "Image|cluster-1|img:1", "Incident|cluster-1|2", "Namespace|cluster-1|shop", "Node|cluster-1|n1",
                "Pod|cluster-1|shop|api-1", "Workload|cluster-1|shop|Deployment|api",
            ],
            Neo4j.Stub.Graph.Keys);

        await Neo4j.RemoveAsync(2);

        Assert.Empty(Neo4j.Stub.Graph.Keys);
    }

    [Fact]
    public async Task Drop_EmptiesItAndItCanBeFilledAgain()
    {
        await UpsertAsync([.. Enumerable.Range(1, 20).Select(id => Facts(id, new($"web-{id}", At)))]);

        await Set.Graph.DropAsync(Token);

        Assert.Equal(0, await Set.Graph.CountAsync(Token));
        Assert.Empty(Neo4j.Stub.Graph.Keys);
        await UpsertAsync(Facts(1, new("web", At)));
        Assert.Equal(1, await Set.Graph.CountAsync(Token));
    }

    [Fact]
    public async Task Upsert_ManyIncidents_GoesInBatches()
    {
        await UpsertAsync([.. Enumerable.Range(1, 1100).Select(id => Facts(id, new($"web-{id}", At)))]);

        Assert.Equal([500, 500, 100], BatchSizes());
        Assert.Equal(1100, await Set.Graph.CountAsync(Token));
    }

    [Fact]
    public async Task Upsert_IncidentsWithManyPods_GoesInSmallerBatches()
    {
        var pods = Enumerable.Range(1, 100).Select(pod => new PodFact($"web-{pod}", "n1")).ToList();

        await UpsertAsync([.. Enumerable.Range(1, 60).Select(id => Facts(id, new("web", At) { Pods = pods }))]);

        Assert.Equal([49, 11], BatchSizes());
    }

    [Fact]
    public async Task Upsert_AfterTheServerCameBackWithoutItsData_MakesTheConstraintsAgain()
    {
        await UpsertAsync(Facts(1, new("web", At)));
        await Neo4j.Stub.StopAsync();
        Neo4j.Stub.DropData();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => Set.Graph.CountAsync(Token));
        await Neo4j.Stub.StartAsync(Token);

        await UpsertAsync(Facts(1, new("web", At)));

        Assert.Equal(CypherStatements.Prepare.Count, Neo4j.Stub.Graph.Schema);
        Assert.Equal(1, await Set.Graph.CountAsync(Token));
    }

    [Fact]
    public async Task Upsert_NamesThatLookLikeCypher_AreParametersOnly()
    {
        const string Hostile = "x'}) DETACH DELETE n //\" |%7C $rows `";
        var facts = Facts(1, new(Hostile, At) { Namespace = Hostile, Image = Hostile, Pods = [new(Hostile, Hostile)] });

        await UpsertAsync(facts);

        var known = CypherStatements.All.Select(statement => statement.Text).ToHashSet();
        Assert.All(Neo4j.Stub.Requests, request => Assert.Contains(request.Statement, known));
        Assert.Contains((await NeighbourhoodAsync(1))!.Nodes, node => node.Label == GraphLabels.Pod && node.Name == Hostile);
    }

    private static IncidentFacts Facts(long id, GraphIncident incident) => Neo4jGraphSet.FactsOf(id, incident);

    private Task UpsertAsync(params IncidentFacts[] incidents) => Set.Graph.UpsertAsync(incidents, Token);

    private int[] BatchSizes() =>
        [.. Neo4j.Stub.Requests.Where(request => request.Statement == CypherStatements.Upsert.Text).Select(request => request.Parameters["rows"]!.AsArray().Count)];

    private async Task<IEnumerable<string>> ThingsAsync(long id, int max = 20) =>
        (await NeighbourhoodAsync(id, max))!.Nodes
            .Where(node => node.Label is GraphLabels.Pod or GraphLabels.Node or GraphLabels.Image)
            .Select(node => $"{node.Label} {node.Name}")
            .Order(StringComparer.Ordinal);
}
