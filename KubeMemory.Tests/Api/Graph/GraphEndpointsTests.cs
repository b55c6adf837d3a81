using System.Net;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Neo4j;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Graph;

public sealed class GraphEndpointsTests
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    [Fact]
    public async Task Graph_OfAnIncident_HasWhatItHangsOnAndItsNeighbours()
    {
        await using var host = await StartAsync();
        var id = await AddAsync(host, "web", At);
        var beside = await AddAsync(host, "api", At + TimeSpan.FromHours(2));

        var graph = await host.GetAsync($"/api/incidents/{id}/graph");

        var nodes = graph["nodes"]!.AsArray();
        Assert.Equal([id, beside], nodes.Where(node => (string?)node!["label"] == "Incident").Select(node => (long)node!["incident_id"]!));
        Assert.Contains(nodes, node => (string?)node!["label"] == "Workload" && (string?)node["name"] == "Deployment/web");
        var edges = graph["edges"]!.AsArray();
        var keys = nodes.Select(node => (string)node!["key"]!).ToHashSet();
        Assert.All(edges, edge => Assert.True(keys.Contains((string)edge!["from"]!) && keys.Contains((string)edge["to"]!)));
        Assert.Equal(2, edges.Count(edge => (string?)edge!["type"] == "RUNS_ON"));
    }

    [Fact]
    public async Task CoOccurring_OfAnIncident_HasThoseWithin()
    {
        await using var host = await StartAsync();
        var id = await AddAsync(host, "web", At);
        var near = await AddAsync(host, "api", At - TimeSpan.FromMinutes(10));
        await AddAsync(host, "far", At + TimeSpan.FromDays(1));

        var found = await host.GetAsync($"/api/incidents/{id}/co-occurring");
        var none = await host.GetAsync($"/api/incidents/{id}/co-occurring?within=5m");
        var both = await host.GetAsync($"/api/incidents/{id}/co-occurring?within=1d");
        var nearest = await host.GetAsync($"/api/incidents/{id}/co-occurring?within=1d&limit=1");

        Assert.Equal(1800, (double)found["within_seconds"]!);
        var only = Assert.Single(found["results"]!.AsArray())!;
        Assert.Equal((near, "api", -600.0), ((long)only["incident"]!["id"]!, (string?)only["incident"]!["workload"], (double)only["apart_seconds"]!));
        Assert.Equal(["Namespace", "Node"], only["shared"]!.AsArray().Select(label => (string?)label));
        Assert.Empty(none["results"]!.AsArray());
        Assert.Equal(2, both["results"]!.AsArray().Count);
        Assert.Single(nearest["results"]!.AsArray());
    }

    [Theory]
    [InlineData("graph?limit=0", "limit '0' is not a number from 1 to 100.")]
    [InlineData("graph?limit=101", "limit '101' is not a number from 1 to 100.")]
    [InlineData("graph?limit=1&limit=2", "limit stands 2 times in the query; give it once.")]
    [InlineData("graph?depth=2", "There is no query parameter 'depth'; use limit.")]
    [InlineData("co-occurring?within=soon", "within 'soon' is not a duration of at most 30 days; write it like 90s, 30m, 2h, 1d.")]
    [InlineData("co-occurring?within=31d", "within '31d' is not a duration of at most 30 days; write it like 90s, 30m, 2h, 1d.")]
    [InlineData("co-occurring?since=1h", "There is no query parameter 'since'; use within, limit.")]
    public async Task Ask_Wrongly_IsABadRequestThatSaysWhy(string path, string detail)
    {
        await using var host = await StartAsync();

        var (response, body) = await host.SendAsync(HttpMethod.Get, "/api/incidents/1/" + path);

        Assert.Equal((HttpStatusCode.BadRequest, detail), (response.StatusCode, (string?)body!["detail"]));
    }

    [Theory]
    [InlineData("graph")]
    [InlineData("co-occurring")]
    public async Task Ask_ForAnIncidentThatIsNotThere_IsNotFound(string what)
    {
        await using var host = await StartAsync();

        var (response, body) = await host.SendAsync(HttpMethod.Get, $"/api/incidents/4711/{what}");

        Assert.Equal((HttpStatusCode.NotFound, "There is no incident 4711; GET /api/incidents/ lists those that there are."), (response.StatusCode, (string?)body!["detail"]));
    }

    [Fact]
    public async Task Ask_WhileNeo4jIsOut_IsUnavailableAndAnswersWhenItIsBack()
    {
        await using var stub = await Neo4jStub.StartNewAsync(TestContext.Current.CancellationToken);
        await using var host = await StoreHost.StartAsync(
            new FakeTimeProvider(At + TimeSpan.FromDays(2)),
            services => services.AddNeo4j(stub.ConnectionString, new Neo4jTiming { Delay = TimeSpan.Zero }));
        var id = await AddAsync(host, "web", At);
        await stub.StopAsync();

        var (response, body) = await host.SendAsync(HttpMethod.Get, $"/api/incidents/{id}/graph");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.StartsWith($"Neo4j at {stub.Address} does not answer: ", (string?)body!["detail"], StringComparison.Ordinal);
        await stub.StartAsync(TestContext.Current.CancellationToken);
        var (missing, why) = await host.SendAsync(HttpMethod.Get, $"/api/incidents/{id}/graph");
        Assert.Equal((HttpStatusCode.NotFound, $"Incident {id} is not in the graph yet; try again in a few seconds."), (missing.StatusCode, (string?)why!["detail"]));
        await host.Services.GetRequiredService<IIncidentGraph>().UpsertAsync(
            await host.Engines.Projections.ReadAsync([id], TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Equal(6, (await host.GetAsync($"/api/incidents/{id}/graph"))["nodes"]!.AsArray().Count);
    }

    private static Task<StoreHost> StartAsync() => StoreHost.StartAsync(new FakeTimeProvider(At + TimeSpan.FromDays(2)));

    private static async Task<long> AddAsync(StoreHost host, string workload, DateTimeOffset began)
    {
        await host.IngestAsync(Make.Event(workload, workload, 1, began) with { FirstSeen = began });
        var list = await host.GetAsync($"/api/incidents/?workload={workload}");
        return (long)Assert.Single(list["results"]!.AsArray())!["id"]!;
    }
}
