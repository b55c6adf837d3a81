using KubeMemory.Core.Clusters;
using KubeMemory.Simulator.Cluster;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>A right is missing: the watch goes on with the others, and the status says exactly which.</summary>
public sealed class PermissionTests
{
    private static readonly string[] Workloads = ["replicasets", "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs", "persistentvolumeclaims"];

    [Theory]
    [InlineData("*", "pods", "get, list, watch pods in shop")]
    [InlineData("watch", "pods", "watch pods in shop")]
    [InlineData("get", "pods/log", "get pods/log in shop")]
    [InlineData("*", "nodes", "list nodes")]
    [InlineData("*", "namespaces", "get namespaces")]
    [InlineData("*", "replicasets", "list, watch replicasets in shop")]
    [InlineData("list", "persistentvolumeclaims", "list persistentvolumeclaims in shop")]
    public async Task Watch_OneRightIsMissing_GoesOnAndNamesIt(string verb, string resource, string missing)
    {
        await using var cluster = await WatchedCluster.StartAsync(c => c.Server.Access.Deny(verb, resource), "shop");

        await AssertDegradedAsync(cluster, missing);
        Assert.Equal(resource == "namespaces", (await cluster.StatusAsync())!.ClusterId.StartsWith("sha256-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_EventsAreAllThatMayBeRead_GoesOnAndNamesTheRest()
    {
        string[] denied = ["pods", "pods/log", .. Workloads, "nodes", "namespaces"];
        await using var cluster = await WatchedCluster.StartAsync(c => Array.ForEach(denied, r => c.Server.Access.Deny("*", r)), "shop");

        await AssertDegradedAsync(
            cluster,
            ["get, list, watch pods in shop", "get pods/log in shop", .. Workloads.Select(w => $"list, watch {w} in shop"), "list nodes", "get namespaces"]);
    }

    [Fact]
    public async Task Watch_WholeClusterWithARole_SaysWhatTheWholeClusterNeeds()
    {
        await using var cluster = await WatchedCluster.StartAsync(c => c.Server.Access.Deny("watch", "deployments"));

        await WatchedCluster.UntilAsync(async () => (await cluster.StatusAsync())!.MissingPermissions.SequenceEqual(["watch deployments"]));
    }

    private static async Task AssertDegradedAsync(WatchedCluster cluster, params string[] missing)
    {
        await WatchedCluster.UntilAsync(async () => (await cluster.StatusAsync())!.MissingPermissions.Count > 0);
        var status = (await cluster.StatusAsync())!;
        Assert.Equal(missing, status.MissingPermissions);
        Assert.Equal(WatchState.Degraded, status.State);
        cluster.State.RecordEvent(new EventDraft("shop", "Pod", "web-6d4cf56db6-x2kq9", "uid", "BackOff", "Back-off restarting failed container app in pod", FieldPath: "spec.containers{app}"));
        await WatchedCluster.UntilAsync(async () => (await cluster.IncidentsAsync()) is [{ Workload: "web", Occurrences: 1 }]);
    }
}
