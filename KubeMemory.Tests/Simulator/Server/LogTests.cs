using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Server;

public sealed class LogTests
{
    private const string Path = "/api/v1/namespaces/shop/pods/api-1/log";

    [Theory]
    [InlineData("", "one\ntwo\nthree\n")]
    [InlineData("?tailLines=2", "two\nthree\n")]
    [InlineData("?tailLines=9", "one\ntwo\nthree\n")]
    [InlineData("?tailLines=0", "")]
    [InlineData("?limitBytes=5", "one\nt")]
    [InlineData("?tailLines=1&limitBytes=3", "thr")]
    [InlineData("?previous=true", "last words\n")]
    [InlineData("?container=app&timestamps=true&tailLines=1", "2026-01-01T10:00:00.002000000Z three\n")]
    public async Task Log_OfOneContainer_IsCutAsAsked(string query, string expected)
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("api-1");
        cluster.State.SetLog("shop", "api-1", "app", "one\ntwo\nthree\n");
        cluster.State.SetLog("shop", "api-1", "app", "last words\n", previous: true);

        Assert.Equal(expected, await cluster.Http.GetStringAsync(Path + query, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("", "a container name must be specified for pod api-1, choose one of: [app sidecar]")]
    [InlineData("?container=other", "container other is not valid for pod api-1")]
    [InlineData("?container=app&previous=true", "previous terminated container \"app\" in pod \"api-1\" not found")]
    [InlineData("?container=sidecar", "container \"sidecar\" in pod \"api-1\" is waiting to start: trying and failing to pull image")]
    public async Task Log_ThatCannotBe_Is400InKubernetesWords(string query, string message)
    {
        await using var cluster = await StartAsync();
        var pod = cluster.AddPod("api-1", "shop", "app", "sidecar");
        pod["status"]!["containerStatuses"] = new JsonArray(new JsonObject
        {
            ["name"] = "sidecar",
            ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ImagePullBackOff" } },
        });
        cluster.State.Apply("pods", pod);

        var status = await cluster.GetAsync(Path + query, HttpStatusCode.BadRequest);

        Assert.Equal("BadRequest", (string?)status["reason"]);
        Assert.Equal(message, (string?)status["message"]);
    }

    [Fact]
    public async Task Log_OfAMissingPod_Is404()
    {
        await using var cluster = await StartAsync();

        Assert.Equal("pods \"api-1\" not found", (string?)(await cluster.GetAsync(Path, HttpStatusCode.NotFound))["message"]);
    }
}
