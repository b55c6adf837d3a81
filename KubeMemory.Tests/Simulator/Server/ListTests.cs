using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Server;

public sealed class ListTests
{
    [Fact]
    public async Task List_AllNamespacesAndOne_ItemsCarryNoKindOfTheirOwn()
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("api-1", "shop");
        cluster.AddPod("web-1", "front");

        var all = await cluster.GetAsync("/api/v1/pods");
        var one = await cluster.GetAsync("/api/v1/namespaces/front/pods");

        Assert.Equal("PodList", (string?)all["kind"]);
        Assert.Equal(cluster.State.ResourceVersion.ToString(), (string?)all["metadata"]!["resourceVersion"]);
        Assert.Equal(["web-1", "api-1"], Names(all));
        Assert.Equal(["web-1"], Names(one));
        Assert.All(all["items"]!.AsArray(), i => Assert.False(i!.AsObject().ContainsKey("kind")));
        Assert.Equal("Pod", (string?)(await cluster.GetAsync("/api/v1/namespaces/shop/pods/api-1"))["kind"]);
    }

    [Theory]
    [InlineData("/api/v1", "nodes")]
    [InlineData("/api/v1", "namespaces")]
    [InlineData("/api/v1", "persistentvolumeclaims")]
    [InlineData("/apis/apps/v1", "deployments")]
    [InlineData("/apis/apps/v1", "replicasets")]
    [InlineData("/apis/apps/v1", "statefulsets")]
    [InlineData("/apis/apps/v1", "daemonsets")]
    [InlineData("/apis/batch/v1", "jobs")]
    [InlineData("/apis/batch/v1", "cronjobs")]
    public async Task List_EveryResource_IsServedAndDiscovered(string group, string plural)
    {
        await using var cluster = await StartAsync();
        cluster.State.Apply(plural, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" } });

        Assert.Contains("x", Names(await cluster.GetAsync($"{group}/{plural}")));
        Assert.Contains((await cluster.GetAsync(group))["resources"]!.AsArray(), r => (string?)r!["name"] == plural);
    }

    [Fact]
    public async Task List_InPages_ShowsTheStateOfTheFirstPage()
    {
        await using var cluster = await StartAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            cluster.AddPod(name);
        }

        var first = await cluster.GetAsync("/api/v1/pods?limit=2");
        cluster.State.Delete("pods", "shop", "d");
        cluster.AddPod("c2");
        var second = await cluster.GetAsync($"/api/v1/pods?limit=2&continue={first["metadata"]!["continue"]}");
        var third = await cluster.GetAsync($"/api/v1/pods?limit=2&continue={second["metadata"]!["continue"]}");

        Assert.Equal(3, (int?)first["metadata"]!["remainingItemCount"]);
        Assert.Equal(["a", "b", "c", "d", "e"], [.. Names(first), .. Names(second), .. Names(third)]);
        Assert.Equal((string?)first["metadata"]!["resourceVersion"], (string?)third["metadata"]!["resourceVersion"]);
        Assert.Null(third["metadata"]!["continue"]);
    }

    [Fact]
    public async Task Continue_AfterCompaction_Is410WithATokenForTheRest()
    {
        await using var cluster = await StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            cluster.AddPod(name);
        }

        var first = await cluster.GetAsync("/api/v1/pods?limit=2");
        cluster.AddPod("d");
        cluster.State.Compact();
        var expired = await cluster.GetAsync($"/api/v1/pods?limit=2&continue={first["metadata"]!["continue"]}", HttpStatusCode.Gone);
        var rest = await cluster.GetAsync($"/api/v1/pods?limit=2&continue={expired["metadata"]!["continue"]}");

        Assert.Equal("Status", (string?)expired["kind"]);
        Assert.Equal("Expired", (string?)expired["reason"]);
        Assert.Equal(["c", "d"], Names(rest));
    }

    [Theory]
    [InlineData("type!=Normal", "BackOff,Failed")]
    [InlineData("type=Normal", "Pulled")]
    [InlineData("reason==Failed", "Failed")]
    [InlineData("type!=Normal,involvedObject.name=api-1", "BackOff")]
    [InlineData("involvedObject.kind=Pod,involvedObject.fieldPath=spec.containers{app}", "BackOff,Failed,Pulled")]
    [InlineData("involvedObject.uid=uid-of-api-2,source=kubelet,reportingComponent=kubelet", "Failed")]
    [InlineData("metadata.namespace=shop", "BackOff,Failed")]
    public async Task FieldSelector_OnEvents_Selects(string selector, string reasons)
    {
        await using var cluster = await StartAsync();
        cluster.State.RecordEvent(Draft("api-1", "BackOff"));
        cluster.State.RecordEvent(Draft("api-2", "Failed"));
        cluster.State.RecordEvent(Draft("api-3", "Pulled", "Normal", "front"));

        var list = await cluster.GetAsync($"/api/v1/events?fieldSelector={Uri.EscapeDataString(selector)}");

        Assert.Equal(reasons.Split(','), list["items"]!.AsArray().Select(e => (string)e!["reason"]!).Order());
    }

    [Theory]
    [InlineData("spec.nodeName=node-1", 2)]
    [InlineData("status.phase!=Running", 0)]
    [InlineData("metadata.name=api-1", 1)]
    public async Task FieldSelector_OnPods_Selects(string selector, int count)
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("api-1");
        cluster.AddPod("api-2");

        Assert.Equal(count, Names(await cluster.GetAsync($"/api/v1/pods?fieldSelector={Uri.EscapeDataString(selector)}")).Count());
    }

    [Theory]
    [InlineData("/api/v1/events?fieldSelector=message%3Dx", HttpStatusCode.BadRequest, "field label not supported: message")]
    [InlineData("/api/v1/events?fieldSelector=type", HttpStatusCode.BadRequest, "invalid field selector")]
    [InlineData("/api/v1/events?limit=x", HttpStatusCode.BadRequest, "limit")]
    [InlineData("/api/v1/events?continue=x", HttpStatusCode.BadRequest, "continue key is not valid")]
    [InlineData("/api/v1/events?resourceVersion=99999999", HttpStatusCode.GatewayTimeout, "Too large resource version")]
    [InlineData("/api/v1/namespaces/shop/pods/none", HttpStatusCode.NotFound, "pods \"none\" not found")]
    [InlineData("/apis/apps/v1/namespaces/shop/deployments/none", HttpStatusCode.NotFound, "deployments.apps \"none\" not found")]
    [InlineData("/api/v1/secrets", HttpStatusCode.NotFound, "could not find the requested resource")]
    [InlineData("/api/v1/deployments", HttpStatusCode.NotFound, "could not find the requested resource")]
    public async Task Get_WhatCannotBe_IsAStatus(string path, HttpStatusCode code, string message)
    {
        await using var cluster = await StartAsync();

        var status = await cluster.GetAsync(path, code);

        Assert.Equal("Status", (string?)status["kind"]);
        Assert.Equal((int)code, (int?)status["code"]);
        Assert.Contains(message, (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_AsTable_HasKubectlsColumns()
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("api-1");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/pods");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");

        using var response = await cluster.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var table = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("Table", (string?)table["kind"]);
        Assert.Equal(["api-1", "0/1", "Running", "0", "0s"], table["rows"]![0]!["cells"]!.AsArray().Select(c => (string)c!));
        Assert.Equal("shop", (string?)table["rows"]![0]!["object"]!["metadata"]!["namespace"]);
    }

    [Fact]
    public async Task Version_AndHealth_AreOpen()
    {
        await using var cluster = await StartAsync();

        Assert.Equal("1", (string?)(await cluster.GetAsync("/version"))["major"]);
        Assert.Equal("ok", await cluster.Http.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
        Assert.Equal("ok", await cluster.Http.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Requests_AreLogged_InOrderWithQueryAndTime()
    {
        await using var cluster = await StartAsync();
        await cluster.GetAsync("/api/v1/namespaces/shop/events?limit=500&fieldSelector=type%21%3DNormal");

        var request = Assert.Single(cluster.Server.Requests);
        Assert.Equal(("GET", "/api/v1/namespaces/shop/events", "list", "events", "shop"), (request.Method, request.Path, request.Verb, request.Resource, request.Namespace));
        Assert.Equal("type!=Normal", request.Parameter("fieldSelector"));
        Assert.Equal(cluster.Time.GetUtcNow(), request.When);
        await cluster.Server.WaitForRequestAsync(r => r.Resource == "events", 1, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Names(JsonObject list) => list["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!);
}
