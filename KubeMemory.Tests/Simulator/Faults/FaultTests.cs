using System.Net;
using System.Text.Json;
using KubeMemory.Simulator.Faults;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Faults;

public sealed class FaultTests
{
    private const string Watch = "/api/v1/events?watch=1";

    [Theory]
    [InlineData(FaultKind.Gone, HttpStatusCode.Gone, "Expired")]
    [InlineData(FaultKind.GoneInStream, HttpStatusCode.Gone, "Expired")]
    [InlineData(FaultKind.Unauthorized, HttpStatusCode.Unauthorized, "Unauthorized")]
    [InlineData(FaultKind.Forbidden, HttpStatusCode.Forbidden, "Forbidden")]
    [InlineData(FaultKind.TooManyRequests, HttpStatusCode.TooManyRequests, "TooManyRequests")]
    [InlineData(FaultKind.ServerError, HttpStatusCode.InternalServerError, "InternalError")]
    public async Task Next_AStatus_StrikesOneRequest(FaultKind kind, HttpStatusCode code, string reason)
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", new Fault(kind));

        Assert.Equal(reason, (string?)(await cluster.GetAsync("/api/v1/events", code))["reason"]);
        await cluster.GetAsync("/api/v1/events");
        Assert.Equal(0, cluster.Server.Faults.Pending);
    }

    [Fact]
    public async Task TooManyRequests_AnyTime_SaysWhenToRetry()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", Fault.TooManyRequests(TimeSpan.FromSeconds(7)));

        using var response = await cluster.Http.GetAsync("/api/v1/events", TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Next_WithVerbNamespaceAndCount_FitsOnlyThese()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", Fault.ServerError, "list", "shop", count: 2);

        await cluster.GetAsync("/api/v1/events");
        await cluster.GetAsync("/api/v1/namespaces/front/events");
        await cluster.GetAsync("/api/v1/namespaces/shop/pods");
        using (var watch = await cluster.WatchAsync("/api/v1/namespaces/shop/events?watch=1"))
        {
            Assert.Equal(HttpStatusCode.OK, watch.Status);
        }

        await cluster.GetAsync("/api/v1/namespaces/shop/events", HttpStatusCode.InternalServerError);
        await cluster.GetAsync("/api/v1/namespaces/shop/events", HttpStatusCode.InternalServerError);
        await cluster.GetAsync("/api/v1/namespaces/shop/events");
    }

    [Fact]
    public async Task Next_Always_LastsUntilCleared()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("*", Fault.ServerError, count: FaultPlan.Always);
        for (var i = 0; i < 5; i++)
        {
            await cluster.GetAsync("/version", HttpStatusCode.InternalServerError);
        }

        cluster.Server.Faults.Clear();
        await cluster.GetAsync("/version");
    }

    [Fact]
    public async Task GoneInStream_AfterTwoLines_IsAnErrorLineAtTheEnd()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", Fault.GoneInStream with { AfterLines = 2 }, "watch");
        using var watch = await cluster.WatchAsync(Watch);
        cluster.State.RecordEvent(Draft());
        cluster.State.RecordEvent(Draft());

        Assert.Equal(HttpStatusCode.OK, watch.Status);
        Assert.Equal("ADDED", (string?)(await watch.NextAsync())!["type"]);
        Assert.Equal("MODIFIED", (string?)(await watch.NextAsync())!["type"]);
        var error = (await watch.NextAsync())!;
        Assert.Equal(("ERROR", 410), ((string?)error["type"], (int?)error["object"]!["code"]));
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task EmptyStream_OfAWatch_Is200AndEndsAtOnce()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", Fault.EmptyStream);
        using var watch = await cluster.WatchAsync(Watch);

        Assert.Equal(HttpStatusCode.OK, watch.Status);
        Assert.Null(await watch.RawAsync());
    }

    [Fact]
    public async Task CutLine_OfAWatch_IsHalfALineAndTheEnd()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", Fault.CutLine with { AfterLines = 1 });
        using var watch = await cluster.WatchAsync(Watch);
        cluster.State.RecordEvent(Draft());
        cluster.State.RecordEvent(Draft());

        Assert.NotNull(await watch.NextAsync());
        var half = await watch.RawAsync();
        Assert.StartsWith("{\"type\":\"MODIFIED\"", half, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(half!));
        Assert.Null(await watch.RawAsync());
    }

    [Fact]
    public async Task CutLine_OfAList_IsHalfAList()
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("api-1");
        cluster.Server.Faults.Next("pods", Fault.CutLine);

        var half = await cluster.Http.GetStringAsync("/api/v1/pods", TestContext.Current.CancellationToken);

        Assert.StartsWith("{\"kind\":\"PodList\"", half, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(half));
    }

    [Fact]
    public async Task Reset_OfAWatch_BreaksTheStreamAfterItsLines()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", Fault.Reset with { AfterLines = 1 });
        using var watch = await cluster.WatchAsync(Watch);
        cluster.State.RecordEvent(Draft());

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await watch.RawAsync() is not null)
            {
            }
        });
        await cluster.State.WaitForWatchesAsync("events", n => n == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Reset_OfAList_BreaksTheConnection()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("pods", Fault.Reset);

        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.Http.GetAsync("/api/v1/pods", TestContext.Current.CancellationToken));
        await cluster.GetAsync("/api/v1/pods");
    }

    [Theory]
    [InlineData("list", "/api/v1/events")]
    [InlineData("watch", Watch)]
    public async Task Mute_Any_AnswersHeadersAndThenNothing(string verb, string path)
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("events", Fault.Mute, verb);
        using var silent = await cluster.WatchAsync(path);
        Assert.Equal(HttpStatusCode.OK, silent.Status);
        var pending = silent.RawAsync();

        // Another watch of the same change proves that it was sent.
        using var healthy = await cluster.WatchAsync(Watch);
        cluster.State.RecordEvent(Draft());
        Assert.NotNull(await healthy.NextAsync());

        Assert.False(pending.IsCompleted);
        await cluster.Server.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotNull(await pending));
    }

    [Fact]
    public async Task Slow_AnswersRightButLate()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Faults.Next("pods", Fault.Slow(TimeSpan.FromSeconds(20)));
        var pending = cluster.GetAsync("/api/v1/pods");
        await cluster.Server.WaitForRequestAsync(r => r.Resource == "pods", 1, TestContext.Current.CancellationToken);
        Assert.False(pending.IsCompleted);

        while (!pending.IsCompleted)
        {
            // The delay begins a moment after the request is noted.
            cluster.Time.Advance(TimeSpan.FromSeconds(20));
            await Task.Yield();
        }

        Assert.Equal("PodList", (string?)(await pending)["kind"]);
    }

    [Fact]
    public async Task Recreate_BehindTheSameAddress_HasAnotherIdAndLowVersions()
    {
        await using var cluster = await StartAsync();
        var before = await cluster.GetAsync("/api/v1/namespaces/kube-system");
        var version = (await cluster.GetAsync("/api/v1/events"))["metadata"]!["resourceVersion"];
        using var open = await cluster.WatchAsync($"/api/v1/events?watch=1&resourceVersion={version}");
        cluster.State.Recreate();

        Assert.Null(await open.NextAsync());
        Assert.NotEqual((string?)before["metadata"]!["uid"], (string?)(await cluster.GetAsync("/api/v1/namespaces/kube-system"))["metadata"]!["uid"]);

        // The old version lies in the future now: 200 and silence.
        using var future = await cluster.WatchAsync($"/api/v1/events?watch=1&resourceVersion={version}&timeoutSeconds=60");
        cluster.State.RecordEvent(Draft());
        cluster.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, future.Status);
        Assert.Null(await future.NextAsync());
    }
}
