using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>What the program makes of each story that the simulator tells over HTTP: the incidents that a reader of the story expects, and no other.</summary>
public sealed class ScenarioTests
{
    [Theory]
    [InlineData("crash-loop", "shop/orders-api", IncidentType.CrashLoopBackOff, "orders-api", 1)]
    [InlineData("oom-kill", "media/thumbnailer", IncidentType.OOMKilled, "thumbnailer", 1)]
    [InlineData("image-pull", "shop/checkout", IncidentType.ImagePullBackOff, "checkout", 2)]
    [InlineData("unschedulable", "analytics/report-runner", IncidentType.FailedScheduling, "", 2)]
    [InlineData("failed-mount", "edge/edge-proxy", IncidentType.FailedMount, "", 1)]
    [InlineData("failing-probes", "shop/catalog", IncidentType.ProbeFailure, "catalog", 1)]
    [InlineData("eviction", "observe/log-shipper", IncidentType.Evicted, "", 1)]
    public async Task Watch_OneThingFails_IsOneIncident(string scenario, string workload, IncidentType type, string container, int pods)
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await cluster.PlayAsync(scenario);

        var incident = Assert.Single(await cluster.SettledAsync());

        Assert.Equal((workload, "Deployment", type, container, pods), ($"{incident.Namespace}/{incident.Workload}", incident.WorkloadKind, incident.IncidentType, incident.Container, incident.AffectedPods));
        Assert.Equal(cluster.State.List("events").Where(IsWarningOfAPod).Sum(CountOf), incident.Occurrences);
        Assert.Null(incident.StormId);
    }

    [Fact]
    public async Task Watch_OomKill_HasTheLastWordsOfTheKilledContainerInItsEvidence()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await cluster.PlayAsync("oom-kill");
        var incident = Assert.Single(await cluster.SettledAsync());

        // The killed container's log is the current one until it is started again, and the previous one after.
        IncidentDetail detail = null!;
        await WatchedCluster.UntilAsync(async () => (detail = await cluster.DetailAsync(incident.Id)).Evidence.Any(
            e => e.Kind == EvidenceKind.Log && e.Text.Contains("allocating 1844 MiB for the raster", StringComparison.Ordinal)));

        Assert.Contains("allocating 1844 MiB", detail.RawLogs, StringComparison.Ordinal);
        Assert.Contains("memory", detail.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_HealthyRollout_RaisesNothing()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await cluster.PlayAsync("healthy-rollout");

        Assert.Empty(await cluster.SettledAsync());
    }

    // Rule 9: group by workload and failure family, never by pod.
    [Fact]
    public async Task Watch_RegistryOutageOn200Pods_IsOneStormWithOneIncidentAWorkload()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await cluster.PlayAsync("registry-outage", speed: 100);

        var incidents = await cluster.SettledAsync();

        Assert.Equal(40, incidents.Count);
        Assert.Equal(40, incidents.Select(i => (i.Namespace, i.Workload)).Distinct().Count());
        // Failed, ErrImagePull and BackOff of one image are one incident each.
        Assert.All(incidents, i => Assert.Equal((IncidentType.ImagePullBackOff, 5), (i.IncidentType, i.AffectedPods)));
        Assert.NotNull(Assert.Single(incidents.Select(i => i.StormId).Distinct()));
        var storm = (await cluster.DetailAsync(incidents[0].Id)).Storm!;
        Assert.Equal(("registry:registry.corp.example:5000", 40, 40), (storm.CauseKey, storm.Workloads, storm.Incidents));
        Assert.Equal(cluster.State.List("events").Where(IsWarningOfAPod).Sum(CountOf), incidents.Sum(i => i.Occurrences));
    }

    [Fact]
    public async Task Watch_BadDeployIsRolledBack_ResolvesAfterTenMinutesOfAllReady()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await cluster.PlayAsync("bad-deploy");
        var incident = Assert.Single(await cluster.SettledAsync());
        Assert.Equal(("payments-api", IncidentType.CrashLoopBackOff, IncidentStatus.Open), (incident.Workload, incident.IncidentType, incident.Status));
        Assert.Equal(3, incident.AffectedPods);

        cluster.Time.Shift(TimeSpan.FromMinutes(9));
        await cluster.SweepAsync();
        Assert.Equal(IncidentStatus.Open, (await cluster.DetailAsync(incident.Id)).Status);
        cluster.Time.Shift(TimeSpan.FromMinutes(2));
        await cluster.SweepAsync();

        var resolved = await cluster.DetailAsync(incident.Id);
        Assert.Equal(IncidentStatus.Resolved, resolved.Status);
        Assert.InRange(resolved.ResolvedAt!.Value, incident.LastSeenAt + TimeSpan.FromMinutes(9), cluster.Time.GetUtcNow());
    }

    [Fact]
    public async Task Watch_TwoNamespacesWithAnEqualWorkload_AreTwoIncidents()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        foreach (var ns in (string[])["blue", "green"])
        {
            cluster.State.RecordEvent(new(ns, "Pod", "api-6d4cf56db6-x2kq9", "uid-" + ns, "BackOff", "Back-off restarting failed container app in pod", FieldPath: "spec.containers{app}"));
        }

        var incidents = await cluster.SettledAsync();

        Assert.Equal([("blue", "api", 1L), ("green", "api", 1L)], incidents.Select(i => (i.Namespace, i.Workload, i.Occurrences)).Order());
    }

    private static bool IsWarningOfAPod(System.Text.Json.Nodes.JsonObject e) =>
        (string?)e["type"] == "Warning" && (string?)e["involvedObject"]!["kind"] == "Pod" && !((string)e["involvedObject"]!["name"]!).StartsWith("sentinel", StringComparison.Ordinal);

    private static long CountOf(System.Text.Json.Nodes.JsonObject e) => (int?)e["series"]?["count"] ?? (int?)e["count"] ?? 1;
}
