using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Server;
using Xunit;

namespace KubeMemory.Tests.Simulator.Server;

public sealed class PostedEventTests
{
    private const string Path = "/api/v1/namespaces/shop/events";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_AnEvent_IsServedAsOne()
    {
        await using var cluster = await StartAsync();

        using var response = await cluster.Http.PostAsJsonAsync(Path, Event("api-1.17f0"), Cancelled);
        var served = await cluster.GetAsync(Path);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var one = Assert.Single(served["items"]!.AsArray())!;
        Assert.Equal(("api-1.17f0", "shop", "BackOff"), ((string?)one["metadata"]!["name"], (string?)one["metadata"]!["namespace"], (string?)one["reason"]));
    }

    [Fact]
    public async Task Post_TheSameName_Is409()
    {
        await using var cluster = await StartAsync();
        using var first = await cluster.Http.PostAsJsonAsync(Path, Event("api-1.17f0"), Cancelled);

        using var second = await cluster.Http.PostAsJsonAsync(Path, Event("api-1.17f0"), Cancelled);

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("events \"api-1.17f0\" already exists", (string?)(await second.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["message"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"metadata":{}}""")]
    [InlineData("""{"kind":"Pod","metadata":{"name":"api-1"}}""")]
    public async Task Post_NoEvent_Is400(string body)
    {
        await using var cluster = await StartAsync();

        using var response = await cluster.Http.PostAsync(Path, new StringContent(body), Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Post_NotAccepted_IsForbidden()
    {
        await using var cluster = await ServedCluster.StartAsync();

        using var response = await cluster.Http.PostAsJsonAsync(Path, Event("api-1.17f0"), Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static Task<ServedCluster> StartAsync() => ServedCluster.StartAsync(options: time => new SimulatorOptions { Time = time, AcceptEvents = true });

    private static JsonObject Event(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["type"] = "Warning",
        ["reason"] = "BackOff",
        ["message"] = "Back-off restarting failed container",
        ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = "shop", ["name"] = "api-1" },
    };
}
