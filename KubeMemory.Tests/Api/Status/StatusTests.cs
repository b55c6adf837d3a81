using System.Net;
using KubeMemory.Core.Clusters;
using Xunit;

namespace KubeMemory.Tests.Api.Status;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_SaysWhatIsWatchedAndCountsEveryGateOverClusters()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Add(Samples.Incident(1));
        api.Stream.Counts = [new("a", "received", 3), new("b", "received", 4), new("a", "stored", 1)];
        api.Stream.Pending = 2;
        api.Stream.DeadLetters = 1;
        await api.Board.ReportAsync(
            new("environment", "c1", "prod", "https://10.0.0.1", "v1.33", WatchState.Degraded, ["*"], Samples.Now, Samples.Now, null, null, null, ["get pods/log in shop"], 1),
            TestContext.Current.CancellationToken);

        var (_, body) = await api.SendAsync(HttpMethod.Get, "/api/status");

        Assert.Equal("degraded", (string?)body!["clusters"]![0]!["state"]);
        Assert.Equal("get pods/log in shop", (string?)body["clusters"]![0]!["missing_permissions"]![0]);
        Assert.Equal(7, (long?)body["gates"]!["received"]);
        Assert.Equal(2, (long?)body["stream"]!["pending"]);
        Assert.Equal(1, (long?)body["stream"]!["dead_letters"]);
        Assert.Equal(1, (long?)body["open_by_severity"]!["high"]);
        Assert.Equal("Fake store", (string?)body["engines"]![0]!["engine"]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)body["version"]!);
    }

    [Fact]
    public async Task Status_WhenTheStoreFails_StaysReadableAndNamesIt()
    {
        await using var api = await ApiHost.StartAsync();
        api.Incidents.Fault = new IOException("disk is gone");

        var (response, body) = await api.SendAsync(HttpMethod.Get, "/api/status");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False((bool?)body!["engines"]![0]!["healthy"]);
        Assert.Equal("disk is gone", (string?)body["engines"]![0]!["error"]);
        Assert.True((bool?)body["engines"]![1]!["healthy"]);
    }

    [Fact]
    public async Task Health_FollowsTheEnginesAndNotTheWatch_AliveFollowsNothing()
    {
        await using var api = await ApiHost.StartAsync();
        await api.Board.ReportAsync(
            new("environment", "", "prod", null, null, WatchState.Disconnected, ["*"], Samples.Now, Samples.Now, null, null, "The server cannot be reached.", [], 0),
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/health")).Response.StatusCode);
        api.Incidents.Fault = new IOException("disk is gone");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.SendAsync(HttpMethod.Get, "/health")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/alive")).Response.StatusCode);
    }
}
