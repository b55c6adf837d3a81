using KubeMemory.Simulator.Captures;
using KubeMemory.Simulator.Cluster;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Simulator.Captures;

public sealed class CaptureReplayTests
{
    [Fact]
    public void ApplyTo_Bundle_KeepsNamesUidsTimesAndCounts()
    {
        var capture = CaptureLoader.Load([CapturePaths.Own("own-support-bundle")]);
        using var cluster = new ClusterState(new FakeTimeProvider());

        CaptureReplay.ApplyTo(capture, cluster);

        Assert.Equal(capture.ClusterId, cluster.KubeSystemUid);
        Assert.Equal("v1.31.4+k3s1", (string?)cluster.Version["gitVersion"]);
        foreach (var expected in capture.Objects["events"])
        {
            var metadata = expected["metadata"]!;
            var found = cluster.Get("events", (string?)metadata["namespace"], (string)metadata["name"]!);
            Assert.NotNull(found);
            Assert.Equal((string?)metadata["uid"], (string?)found["metadata"]!["uid"]);
            Assert.Equal((string?)metadata["creationTimestamp"], (string?)found["metadata"]!["creationTimestamp"]);
            foreach (var field in new[] { "count", "firstTimestamp", "lastTimestamp", "eventTime" })
            {
                Assert.Equal(expected[field]?.ToJsonString(), found[field]?.ToJsonString());
            }
        }

        var log = Assert.Single(capture.Logs, l => l.Key is { Container: "api", Previous: true });
        Assert.Equal(log.Value, cluster.GetLog(log.Key.Namespace, log.Key.Pod, "api", previous: true));
    }

    [Fact]
    public void ApplyTo_FilesWithoutNamespaces_MakesThemAndGivesTheClusterTheCapturesId()
    {
        var capture = CaptureLoader.Load([CapturePaths.Own("kubectl-get/oom-pods.json")]);
        using var cluster = new ClusterState(new FakeTimeProvider());

        CaptureReplay.ApplyTo(capture, cluster);

        Assert.Equal(capture.ClusterId, cluster.KubeSystemUid);
        Assert.NotNull(cluster.Get("namespaces", null, "media"));
    }
}
