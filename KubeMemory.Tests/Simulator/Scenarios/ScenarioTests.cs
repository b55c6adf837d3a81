using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Simulator.Scenarios;

public sealed class ScenarioTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-06-01T12:00:00Z"));
    private readonly ClusterState _cluster;

    public ScenarioTests() => _cluster = new ClusterState(_time);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void All_Names_AreUniqueAndFound()
    {
        Assert.Equal(
            ["bad-deploy", "crash-loop", "demo", "eviction", "failed-mount", "failing-probes", "healthy-rollout", "image-pull", "oom-kill", "registry-outage", "unschedulable"],
            ScenarioCatalog.All.Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.All(ScenarioCatalog.All, s => Assert.Same(s, ScenarioCatalog.Find(s.Name.ToUpperInvariant())));
        Assert.Null(ScenarioCatalog.Find("no-such-thing"));
    }

    [Fact]
    public async Task HealthyRollout_EndsReady_WithOneEarlyProbeWarningAPod()
    {
        await Run("healthy-rollout");

        var pods = Pods("storefront");
        Assert.Equal(3, pods.Count);
        Assert.All(pods, p => Assert.Equal("registry.example.com/storefront/web:4.2.0", (string?)p["spec"]!["containers"]![0]!["image"]));
        AssertAvailable("storefront", "web", ready: 3, revision: "2");
        Assert.Equal(0, (int)_cluster.List("replicasets", "storefront").Single(r => Revision(r) == "1")["spec"]!["replicas"]!);
        Assert.All(Warnings("storefront"), e => Assert.Equal(("Unhealthy", 1), (Reason(e), Count(e))));
        Assert.Equal(3, Warnings("storefront").Count);
    }

    [Fact]
    public async Task CrashLoop_EndsInBackOff_WithTheCauseInThePreviousLogOnly()
    {
        await Run("crash-loop");

        var pod = Assert.Single(Pods("shop"));
        var status = Container(pod);
        Assert.Equal(6, (int)status["restartCount"]!);
        Assert.Equal("CrashLoopBackOff", (string?)status["state"]!["waiting"]!["reason"]);
        Assert.Equal(1, (int)status["lastState"]!["terminated"]!["exitCode"]!);
        var backOff = Assert.Single(Warnings("shop"));
        Assert.Equal("BackOff", Reason(backOff));
        Assert.True(Count(backOff) > 20);
        Assert.Equal("spec.containers{orders-api}", (string?)backOff["involvedObject"]!["fieldPath"]);
        Assert.NotEqual((string?)backOff["firstTimestamp"], (string?)backOff["lastTimestamp"]);
        Assert.Contains("UnknownHostException: orders-db.data.svc", _cluster.GetLog("shop", Name(pod), "orders-api", previous: true), StringComparison.Ordinal);
        Assert.Equal(0, (int)_cluster.Get("deployments", "shop", "orders-api")!["status"]!["readyReplicas"]!);
        AssertOwners(pod, "orders-api");
    }

    [Fact]
    public async Task CrashLoop_WhileItRunsAgain_TheCurrentLogLacksTheCause()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = ScenarioCatalog.Find("crash-loop")!.RunAsync(_cluster, new ScenarioClock(_time), stop.Token);

        await Until(run, () => Pods("shop") is [var p] && (int?)Container(p)["restartCount"] == 2 && Container(p)["state"]!["running"] is not null);

        var pod = Name(Pods("shop")[0]);
        Assert.Contains("UnknownHostException", _cluster.GetLog("shop", pod, "orders-api", previous: true), StringComparison.Ordinal);
        Assert.DoesNotContain("UnknownHostException", _cluster.GetLog("shop", pod, "orders-api"), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task OomKill_StandsInTheStateOnly()
    {
        await Run("oom-kill");

        var killed = Pods("media").Single(p => (int)Container(p)["restartCount"]! > 0);
        Assert.Equal("OOMKilled", (string?)Container(killed)["lastState"]!["terminated"]!["reason"]);
        Assert.Equal(137, (int)Container(killed)["lastState"]!["terminated"]!["exitCode"]!);
        Assert.Equal("BackOff", Reason(Assert.Single(Warnings("media"))));
        Assert.DoesNotContain(_cluster.List("events"), e => e.ToJsonString().Contains("OOM", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(1, (int)_cluster.Get("deployments", "media", "thumbnailer")!["status"]!["readyReplicas"]!);
    }

    [Fact]
    public async Task ImagePull_ShowsUnderThreeReasons()
    {
        await Run("image-pull");

        Assert.All(Pods("shop"), p => Assert.Equal("ImagePullBackOff", (string?)Container(p)["state"]!["waiting"]!["reason"]));
        Assert.Equal(6, Warnings("shop").Count);
        Assert.All(Warnings("shop"), e => Assert.Equal(("Failed", 5), (Reason(e), Count(e))));
        Assert.Contains(_cluster.List("events", "shop"), e => Reason(e) == "BackOff" && (string?)e["type"] == "Normal");
    }

    [Fact]
    public async Task Unschedulable_SchedulerEventsCarryOnlyTheMicrosecond()
    {
        await Run("unschedulable");

        Assert.Equal(2, Pods("analytics").Count(p => (string?)p["status"]!["phase"] == "Pending"));
        Assert.Equal(2, Warnings("analytics").Count);
        Assert.All(Warnings("analytics"), e =>
        {
            Assert.Equal("FailedScheduling", Reason(e));
            Assert.Null(e["count"]);
            Assert.Null(e["firstTimestamp"]);
            Assert.Null(e["lastTimestamp"]);
            Assert.Matches(@"\.\d{6}Z$", (string?)e["eventTime"]);
            Assert.Equal(3, (int)e["series"]!["count"]!);
        });
    }

    [Fact]
    public async Task FailedMount_KeepsThePodCreating()
    {
        await Run("failed-mount");

        Assert.Equal("ContainerCreating", (string?)Container(Assert.Single(Pods("edge")))["state"]!["waiting"]!["reason"]);
        var failed = Assert.Single(Warnings("edge"));
        Assert.Equal(("FailedMount", 10), (Reason(failed), Count(failed)));
    }

    [Fact]
    public async Task FailingProbes_AreCombinedAfterTen()
    {
        await Run("failing-probes");

        Assert.Single(Pods("shop"), p => !(bool)Container(p)["ready"]!);
        var combined = Assert.Single(Warnings("shop"), e => ((string)e["message"]!).StartsWith("(combined from similar events): Readiness probe failed", StringComparison.Ordinal));
        Assert.Equal(20, Count(combined));
        Assert.Equal(11, Warnings("shop").Count);
    }

    [Fact]
    public async Task Eviction_LeavesTheFailedPodBesideItsSuccessor()
    {
        await Run("eviction");

        Assert.Equal(2, Pods("observe").Count);
        Assert.Single(Pods("observe"), p => (string?)p["status"]!["reason"] == "Evicted" && (string?)p["status"]!["phase"] == "Failed");
        Assert.Equal("Evicted", Reason(Assert.Single(Warnings("observe"))));
        Assert.Contains(_cluster.Get("nodes", null, "node-2")!["status"]!["conditions"]!.AsArray(), c => (string?)c!["type"] == "DiskPressure" && (string?)c["status"] == "True");
        AssertAvailable("observe", "log-shipper", ready: 1, revision: "1");
    }

    [Fact]
    public async Task BadDeploy_TakesTheServiceDown_AndTheRollbackBringsItBack()
    {
        var run = ScenarioCatalog.Find("bad-deploy")!.RunAsync(_cluster, new ScenarioClock(_time), TestContext.Current.CancellationToken);

        await Until(run, () => Revision(_cluster.Get("deployments", "shop", "payments-api")!) == "2" && Warnings("shop").Count == 3);
        Assert.Equal(0, (int)_cluster.Get("deployments", "shop", "payments-api")!["status"]!["readyReplicas"]!);
        await Until(run, () => run.IsCompleted);
        await run;

        AssertAvailable("shop", "payments-api", ready: 3, revision: "3");
        Assert.Equal(2, _cluster.List("replicasets", "shop").Count);
        Assert.All(Pods("shop"), p => Assert.EndsWith(":7.2.4", (string?)p["spec"]!["containers"]![0]!["image"], StringComparison.Ordinal));
        Assert.Contains(_cluster.List("events", "shop"), e => Reason(e) == "DeploymentRollback");
    }

    [Fact]
    public async Task RegistryOutage_HitsTwoHundredPodsOfFortyWorkloads()
    {
        await Run("registry-outage");

        var pods = _cluster.List("pods").Where(p => (string?)Container(p)["state"]!["waiting"]?["reason"] == "ImagePullBackOff").ToList();
        Assert.Equal(200, pods.Count);
        Assert.Equal(40, _cluster.List("deployments").Count);
        Assert.Equal(5, pods.Select(p => (string?)p["metadata"]!["namespace"]).Distinct().Count());
        Assert.Equal(600, _cluster.List("events").Count(e => (string?)e["type"] == "Warning"));
        Assert.All(pods, p => Assert.StartsWith("registry.corp.example:5000/", (string?)p["spec"]!["containers"]![0]!["image"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_BreaksWithinTwoSeconds_RecoversOneService_AndRunsOn()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var start = _time.GetUtcNow();
        var run = ScenarioCatalog.Find("demo")!.RunAsync(_cluster, new ScenarioClock(_time), stop.Token);

        await Until(run, () => _cluster.List("events").Any(e => (string?)e["type"] == "Warning" && Reason(e) == "BackOff"));
        Assert.True(_time.GetUtcNow() - start <= TimeSpan.FromSeconds(2));

        await Until(run, () => _time.GetUtcNow() - start > TimeSpan.FromMinutes(25));
        Assert.False(run.IsCompleted);
        AssertAvailable("shop", "payments-api", ready: 3, revision: "3");
        Assert.All(_cluster.List("pods", "platform"), p => Assert.True((bool)Container(p)["ready"]!));
        Assert.Equal(
            ["BackOff", "Evicted", "Failed", "FailedMount", "FailedScheduling", "Unhealthy"],
            _cluster.List("events").Where(e => (string?)e["type"] == "Warning" && (string?)e["involvedObject"]!["kind"] == "Pod").Select(Reason).Distinct().Order(StringComparer.Ordinal));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void ScenarioClock_SpeedOutOfRange_Throws(double speed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScenarioClock(_time, speed));

    [Fact]
    public async Task ScenarioClock_Speed60_AMinutePassesInASecond()
    {
        var wait = new ScenarioClock(_time, 60).Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await wait;
    }

    private async Task Run(string name)
    {
        var run = ScenarioCatalog.Find(name)!.RunAsync(_cluster, new ScenarioClock(_time), TestContext.Current.CancellationToken);
        await Until(run, () => run.IsCompleted);
        await run;
    }

    /// <summary>Lets the scenario's time pass in steps; more than two hours of it are a fault.</summary>
    private async Task Until(Task run, Func<bool> condition)
    {
        for (var i = 0; i < 2 * 3600 * 4; i++)
        {
            if (condition())
            {
                return;
            }

            if (run.IsFaulted)
            {
                await run;
            }

            _time.Advance(TimeSpan.FromSeconds(0.25));
            await Task.Yield();
        }

        Assert.Fail("The condition did not come true within two hours of the scenario.");
    }

    private void AssertAvailable(string ns, string name, int ready, string revision)
    {
        var deployment = _cluster.Get("deployments", ns, name)!;
        Assert.Equal(revision, Revision(deployment));
        Assert.Equal((ready, ready), ((int)deployment["spec"]!["replicas"]!, (int)deployment["status"]!["readyReplicas"]!));
        Assert.Equal("True", (string?)deployment["status"]!["conditions"]![0]!["status"]);
        Assert.Equal(ready, (int)_cluster.List("replicasets", ns).Single(r => Revision(r) == revision && Owner(r) == name)["status"]!["readyReplicas"]!);
    }

    private void AssertOwners(JsonObject pod, string deployment)
    {
        var replicaSet = _cluster.Get("replicasets", (string?)pod["metadata"]!["namespace"], Owner(pod)!)!;
        Assert.Equal(deployment, Owner(replicaSet));
        Assert.Equal((string?)replicaSet["metadata"]!["uid"], (string?)pod["metadata"]!["ownerReferences"]![0]!["uid"]);
        Assert.EndsWith((string)pod["metadata"]!["labels"]!["pod-template-hash"]!, Name(replicaSet), StringComparison.Ordinal);
    }

    private IReadOnlyList<JsonObject> Pods(string ns) => _cluster.List("pods", ns);

    private List<JsonObject> Warnings(string ns) => [.. _cluster.List("events", ns).Where(e => (string?)e["type"] == "Warning")];

    private static JsonNode Container(JsonObject pod) => pod["status"]!["containerStatuses"]![0]!;

    private static string Name(JsonObject value) => (string)value["metadata"]!["name"]!;

    private static string? Owner(JsonObject value) => (string?)value["metadata"]!["ownerReferences"]![0]!["name"];

    private static string? Reason(JsonObject value) => (string?)value["reason"];

    private static int Count(JsonObject value) => (int)value["count"]!;

    private static string? Revision(JsonObject value) => (string?)value["metadata"]!["annotations"]?["deployment.kubernetes.io/revision"];
}
