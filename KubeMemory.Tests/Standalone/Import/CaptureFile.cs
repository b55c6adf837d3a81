using System.Globalization;
using System.Text.Json.Nodes;

namespace KubeMemory.Tests.Standalone.Import;

/// <summary>What <c>kubectl get events,pods -A -o json</c> prints of bare pods that crash, or have come to rest.</summary>
internal sealed class CaptureFile
{
    private readonly JsonArray _items = [];

    public CaptureFile Crashing(string pod, int restarts, DateTimeOffset finishedAt)
    {
        Pod(pod, restarts, finishedAt, ready: false, readySince: finishedAt, new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff", ["message"] = "back-off" } });
        return this;
    }

    public CaptureFile Ready(string pod, int restarts, DateTimeOffset finishedAt, DateTimeOffset since)
    {
        Pod(pod, restarts, finishedAt, ready: true, readySince: since, new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Text(since) } });
        return this;
    }

    /// <param name="series">Tells the Events of one pod apart.</param>
    public CaptureFile BackOff(string pod, string series, int count, DateTimeOffset first, DateTimeOffset last)
    {
        _items.Add(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = Metadata($"{pod}.{series}", first),
            ["involvedObject"] = new JsonObject
            {
                ["kind"] = "Pod",
                ["namespace"] = "shop",
                ["name"] = pod,
                ["uid"] = $"uid-{pod}",
                ["fieldPath"] = "spec.containers{app}",
            },
            ["type"] = "Warning",
            ["reason"] = "BackOff",
            ["message"] = $"Back-off restarting failed container app in pod {pod}_shop(uid-{pod})",
            ["count"] = count,
            ["firstTimestamp"] = Text(first),
            ["lastTimestamp"] = Text(last),
            ["source"] = new JsonObject { ["component"] = "kubelet", ["host"] = "node-1" },
        });
        return this;
    }

    public string WriteTo(TemporaryFolder folder, string name) =>
        folder.Write(name, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = _items.DeepClone() }.ToJsonString());

    private void Pod(string name, int restarts, DateTimeOffset finishedAt, bool ready, DateTimeOffset readySince, JsonObject state) => _items.Add(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = Metadata(name, finishedAt.AddHours(-1)),
        ["spec"] = new JsonObject { ["nodeName"] = "node-1", ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "registry.example.com/shop/app:1" }) },
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["startTime"] = Text(finishedAt.AddHours(-1)),
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False", ["lastTransitionTime"] = Text(readySince) }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "app",
                ["ready"] = ready,
                ["restartCount"] = restarts,
                ["image"] = "registry.example.com/shop/app:1",
                ["imageID"] = "",
                ["state"] = state,
                ["lastState"] = new JsonObject
                {
                    ["terminated"] = new JsonObject { ["exitCode"] = 1, ["reason"] = "Error", ["startedAt"] = Text(finishedAt.AddSeconds(-5)), ["finishedAt"] = Text(finishedAt) },
                },
            }),
        },
    });

    private static JsonObject Metadata(string name, DateTimeOffset created) => new()
    {
        ["name"] = name,
        ["namespace"] = "shop",
        ["uid"] = $"uid-{name}",
        ["creationTimestamp"] = Text(created),
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
