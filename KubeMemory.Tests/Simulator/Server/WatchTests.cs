using System.Net;
using KubeMemory.Simulator.Server;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Server;

public sealed class WatchTests
{
    [Fact]
    public async Task Watch_FromTheListsVersion_GetsWhatFollowsAndNothingElse()
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("old");
        var version = (await cluster.GetAsync("/api/v1/pods"))["metadata"]!["resourceVersion"];
        cluster.AddPod("between");

        using var watch = await cluster.WatchAsync($"/api/v1/pods?watch=1&resourceVersion={version}");
        cluster.AddPod("between");
        cluster.State.Delete("pods", "shop", "old");

        var added = (await watch.NextAsync())!;
        Assert.Equal("ADDED", (string?)added["type"]);
        Assert.Equal("Pod", (string?)added["object"]!["kind"]);
        Assert.Equal("v1", (string?)added["object"]!["apiVersion"]);
        Assert.Equal("MODIFIED between", await watch.NextNameAsync());
        Assert.Equal("DELETED old", await watch.NextNameAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task Watch_FromNoVersion_StartsWithWhatIsThere(string version)
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("old");
        using var watch = await cluster.WatchAsync("/api/v1/pods?watch=true" + version);
        cluster.AddPod("new");

        Assert.Equal("ADDED old", await watch.NextNameAsync());
        Assert.Equal("ADDED new", await watch.NextNameAsync());
    }

    [Fact]
    public async Task Watch_OfOneNamespaceWithSelector_SeesObjectsEnterAndLeave()
    {
        await using var cluster = await StartAsync();
        using var watch = await cluster.WatchAsync("/api/v1/namespaces/shop/pods?watch=1&fieldSelector=status.phase%3DRunning");
        cluster.AddPod("elsewhere", "front");
        var pod = cluster.AddPod("api-1");
        pod["status"]!["phase"] = "Failed";
        cluster.State.Apply("pods", pod);
        cluster.AddPod("api-2");

        Assert.Equal("ADDED api-1", await watch.NextNameAsync());
        Assert.Equal("DELETED api-1", await watch.NextNameAsync());
        Assert.Equal("ADDED api-2", await watch.NextNameAsync());
    }

    [Fact]
    public async Task Watch_OfEvents_SeesUpdatesAndExpiry()
    {
        await using var cluster = await StartAsync(new() { EventTtl = TimeSpan.FromHours(1) });
        using var watch = await cluster.WatchAsync($"/api/v1/events?watch=1&resourceVersion={cluster.State.ResourceVersion}&timeoutSeconds=86400");
        cluster.State.RecordEvent(Draft());
        cluster.State.RecordEvent(Draft());
        cluster.Time.Advance(TimeSpan.FromHours(1));
        cluster.State.RecordEvent(Draft());

        Assert.Equal(1, (int?)(await watch.NextAsync())!["object"]!["count"]);
        Assert.Equal(2, (int?)(await watch.NextAsync())!["object"]!["count"]);
        Assert.Equal("DELETED", (string?)(await watch.NextAsync())!["type"]);
        var again = (await watch.NextAsync())!;
        Assert.Equal("ADDED", (string?)again["type"]);
        Assert.Equal(3, (int?)again["object"]!["count"]);
    }

    [Fact]
    public async Task Watch_AtItsTimeout_EndsInGoodOrder()
    {
        await using var cluster = await StartAsync();
        using var watch = await cluster.WatchAsync("/api/v1/events?watch=1&timeoutSeconds=300");
        cluster.Time.Advance(TimeSpan.FromSeconds(299));
        cluster.State.RecordEvent(Draft());
        Assert.NotNull(await watch.NextAsync());
        cluster.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await watch.NextAsync());
        await cluster.State.WaitForWatchesAsync("events", n => n == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Watch_OfPods_GetsBookmarks()
    {
        await using var cluster = await StartAsync();
        using var watch = await cluster.WatchAsync("/api/v1/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=90");
        cluster.State.RecordEvent(Draft());
        cluster.Time.Advance(TimeSpan.FromMinutes(1));

        var bookmark = (await watch.NextAsync())!;
        Assert.Equal("BOOKMARK", (string?)bookmark["type"]);
        Assert.Equal("Pod", (string?)bookmark["object"]!["kind"]);
        Assert.Equal(cluster.State.ResourceVersion.ToString(), (string?)bookmark["object"]!["metadata"]!["resourceVersion"]);
        cluster.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("BOOKMARK", (string?)(await watch.NextAsync())!["type"]);
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_OfEvents_GetsNoBookmarks()
    {
        await using var cluster = await StartAsync();
        using var watch = await cluster.WatchAsync("/api/v1/events?watch=1&allowWatchBookmarks=true&timeoutSeconds=90");
        cluster.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_OfPodsFromACompactedVersion_Is410()
    {
        await using var cluster = await StartAsync();
        var version = cluster.State.ResourceVersion;
        cluster.AddPod("api-1");
        cluster.State.Compact();

        var status = await cluster.GetAsync($"/api/v1/pods?watch=1&resourceVersion={version}", HttpStatusCode.Gone);
        Assert.Contains("too old resource version", (string?)status["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExpiredWatchAnswer.Gone)]
    [InlineData(ExpiredWatchAnswer.ErrorLine)]
    [InlineData(ExpiredWatchAnswer.EmptyStream)]
    public async Task Watch_OfEventsFromACompactedVersion_IsAnsweredAsConfigured(ExpiredWatchAnswer answer)
    {
        await using var cluster = await StartAsync(options: time => new() { Time = time, ExpiredEventWatch = answer });
        var version = cluster.State.ResourceVersion;
        cluster.State.RecordEvent(Draft());
        cluster.State.Compact();

        using var watch = await cluster.WatchAsync($"/api/v1/events?watch=1&resourceVersion={version}");

        Assert.Equal(answer == ExpiredWatchAnswer.Gone ? HttpStatusCode.Gone : HttpStatusCode.OK, watch.Status);
        var line = await watch.NextAsync();
        if (answer == ExpiredWatchAnswer.EmptyStream)
        {
            Assert.Null(line);
        }
        else if (answer == ExpiredWatchAnswer.ErrorLine)
        {
            Assert.Equal("ERROR", (string?)line!["type"]);
            Assert.Equal(410, (int?)line["object"]!["code"]);
            Assert.Null(await watch.NextAsync());
        }
    }

    [Fact]
    public async Task Watch_FromTheFuture_IsSilentUntilTheVersionIsReached()
    {
        await using var cluster = await StartAsync();
        var future = cluster.State.ResourceVersion + 3;
        using var watch = await cluster.WatchAsync($"/api/v1/events?watch=1&resourceVersion={future}");
        for (var i = 1; i <= 4; i++)
        {
            cluster.State.RecordEvent(Draft("api", "Reason" + i, ns: "default"));
        }

        Assert.Equal("Reason4", (string?)(await watch.NextAsync())!["object"]!["reason"]);
    }

    [Fact]
    public async Task ForgetHistory_OpenWatches_EndAndTheirVersionIsGone()
    {
        await using var cluster = await StartAsync();
        var version = cluster.State.ResourceVersion;
        using var watch = await cluster.WatchAsync($"/api/v1/pods?watch=1&resourceVersion={version}");
        cluster.State.ForgetHistory();

        Assert.Null(await watch.NextAsync());
        await cluster.GetAsync($"/api/v1/pods?watch=1&resourceVersion={version}", HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Watch_ManyWatchers_ShareTheBytes()
    {
        await using var cluster = await StartAsync();
        using var one = cluster.State.Watch("events", new(null), null)!;
        using var two = cluster.State.Watch("events", new("shop"), null)!;
        cluster.State.RecordEvent(Draft());

        var first = (await one.Lines.ReadAsync(TestContext.Current.CancellationToken)).Utf8;
        var second = (await two.Lines.ReadAsync(TestContext.Current.CancellationToken)).Utf8;
        Assert.True(first.Equals(second));
    }

    [Fact]
    public async Task DisposeAsync_WithOpenWatches_EndsThem()
    {
        var cluster = await StartAsync();
        using var watch = await cluster.WatchAsync("/api/v1/events?watch=1");
        await cluster.Server.DisposeAsync();

        Assert.Null(await watch.NextAsync());
        await cluster.DisposeAsync();
    }
}
