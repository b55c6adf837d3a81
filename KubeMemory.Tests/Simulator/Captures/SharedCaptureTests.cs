using KubeMemory.Simulator.Captures;
using Xunit;

namespace KubeMemory.Tests.Simulator.Captures;

/// <summary>Captures of real clusters by others, where they are at hand.</summary>
public sealed class SharedCaptureTests
{
    [Fact]
    public void Load_SupportBundle_HoldsItsKnownFaults()
    {
        var capture = CaptureLoader.Load([CapturePaths.Shared("support-bundle")]);

        Assert.Equal("v1.33.4+k3s1", (string?)capture.Version?["gitVersion"]);
        Assert.StartsWith("2025-09-11T20:5", capture.CapturedAt.ToString("yyyy-MM-dd'T'HH:mm", null), StringComparison.Ordinal);
        var backOff = Assert.Single(capture.Objects["events"], e => (string?)e["reason"] == "BackOff" && (string?)e["metadata"]!["namespace"] == "default");
        Assert.Equal(25, (int)backOff["count"]!);
        Assert.True(capture.Objects["replicasets"].Count > 0);
        var log = new LogKey("default", (string)backOff["involvedObject"]!["name"]!, "api-server", true);
        Assert.Contains("postgres-service.database", capture.Logs[log], StringComparison.Ordinal);
        Assert.All(capture.Logs.Values, text => Assert.DoesNotContain("../../cluster-resources", text, StringComparison.Ordinal));
        Assert.DoesNotContain("capture-", capture.ClusterId, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TroubleshootAnalyzerFiles_AllLoad()
    {
        foreach (var pods in Directory.EnumerateFiles(CapturePaths.Shared("troubleshoot-analyzer/pods")))
        {
            var events = Path.Combine(Path.GetDirectoryName(pods)!, "..", "events", Path.GetFileName(pods));

            var capture = CaptureLoader.Load(File.Exists(events) ? [pods, events] : [pods]);

            Assert.Single(capture.Objects["pods"]);
            Assert.Equal(File.Exists(events), capture.Objects.ContainsKey("events"));
        }
    }

    [Fact]
    public void Load_KspanRollout_IsAllNormal()
    {
        var capture = CaptureLoader.Load([CapturePaths.Shared("kspan/deployment-2-pods.yaml")]);

        Assert.All(capture.Objects["events"], e => Assert.Equal("Normal", (string?)e["type"]));
        Assert.NotEmpty(capture.Objects["pods"]);
        Assert.Equal(2021, capture.CapturedAt.Year);
    }
}
