using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Core.Signals;
using KubeMemory.Simulator.Cluster;
using Xunit;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>Rule 12: redacted before the first write. What is read here are the bytes of the database.</summary>
public sealed class SecretTests
{
    private static readonly string[] Canaries =
    [
        "canary-message-9f31", "canary-url-7c02", "canary-env-51aa", "canary-arg-0be4", "canary-log-current-c118", "canary-log-previous-27d9",
        "canary-last-words-e64b", "canary-waiting-38f0", "canary-node-b2c7", "canary-probe-5d5d", "ghp_canaryCanaryCanaryCanaryCanary123456",
    ];

    [Fact]
    public async Task Watch_SecretsEverywhere_NoneReachesTheDatabase()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.State.Apply("nodes", Node);
        cluster.State.Apply("pods", Pod);
        cluster.State.SetLog("shop", "web-1", "web", $"starting\npassword={Canaries[4]}\nusing {Canaries[10]}\nafter the secrets\n");
        cluster.State.SetLog("shop", "web-1", "web", $"connect to postgres://app:{Canaries[5]}@db:5432/shop failed\nlast words\n", previous: true);
        cluster.State.RecordEvent(Draft("BackOff", $"Back-off restarting failed container web: password={Canaries[0]} refused"));
        cluster.State.RecordEvent(Draft("Failed", $"Failed to pull image \"web:1\": Get \"https://robot:{Canaries[1]}@registry.example.com/v2/\": denied {Canaries[10]}"));

        var incidents = await cluster.SettledAsync();
        var crash = incidents.Single(i => i.IncidentType == KubeMemory.Core.Incidents.IncidentType.CrashLoopBackOff);
        await WatchedCluster.UntilAsync(async () => (await cluster.DetailAsync(crash.Id)).Evidence.Count(e => e.Kind == EvidenceKind.Log) == 2
            && (await cluster.DetailAsync(crash.Id)).Evidence.Any(e => e.Kind == EvidenceKind.PodSpec));
        var log = (await cluster.DetailAsync(crash.Id)).RawLogs;
        Assert.Contains("after the secrets", log, StringComparison.Ordinal);
        Assert.Contains("last words", log, StringComparison.Ordinal);

        // With the log and the pages that were freed, before the end folds them in, and after it.
        AssertClean(cluster.DataFolder);
        await cluster.StopWatchingAsync();
        AssertClean(cluster.DataFolder);
        await cluster.StartWatchingAsync();
    }

    private static void AssertClean(string folder)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 0).ToList();
        var stored = false;
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            var content = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            foreach (var canary in Canaries)
            {
                Assert.True(content.IndexOf(Encoding.UTF8.GetBytes(canary)) < 0, $"{canary} stands in {Path.GetFileName(file)}");
            }

            stored |= content.IndexOf("after the secrets"u8) >= 0;
        }

        Assert.True(stored, "The log itself stands nowhere: this test looks at the wrong files.");
    }

    private static EventDraft Draft(string reason, string message) =>
        new("shop", "Pod", "web-1", "uid-web-1", reason, message, FieldPath: "spec.containers{web}", Host: "node-7");

    private static JsonObject Pod => (JsonObject)JsonNode.Parse($$"""
        {
          "metadata": {"namespace": "shop", "name": "web-1", "uid": "uid-web-1"},
          "spec": {"nodeName": "node-7", "containers": [{"name": "web", "image": "web:1",
            "command": ["serve"], "args": ["--api-key={{Canaries[3]}}"],
            "env": [{"name": "DB_PASSWORD", "value": "{{Canaries[2]}}"}],
            "readinessProbe": {"httpGet": {"path": "/ready", "httpHeaders": [{"name": "Authorization", "value": "Bearer {{Canaries[9]}}"} ] } } } ] },
          "status": {"phase": "Running", "startTime": "2026-01-01T00:00:00Z",
            "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
            "containerStatuses": [{"name": "web", "ready": false, "restartCount": 4, "image": "web:1",
              "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off, token={{Canaries[7]}}"} },
              "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "message": "secret_key={{Canaries[6]}}", "finishedAt": "2026-01-01T00:05:00Z"} } } ] }
        }
        """)!;

    private static JsonObject Node => (JsonObject)JsonNode.Parse($$"""
        {
          "metadata": {"name": "node-7", "uid": "uid-node-7", "creationTimestamp": "2025-01-01T00:00:00Z"},
          "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": "auth failed, password={{Canaries[8]}}", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}
        }
        """)!;
}
