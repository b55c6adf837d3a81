using System.Text.Json;

namespace KubeMemory.Engines;

internal static class SignalPayload
{
    /// <summary>The cluster for the gate's count alone, or empty; the payload may be anything.</summary>
    /// <remarks><code>{"version":1,"signal":{"kind":"failure","clusterId":"7b0e…",…}}</code></remarks>
    public static string ClusterOf(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return json.RootElement.GetProperty("signal").GetProperty("clusterId").GetString() ?? "";
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Counted under no cluster; the dead letter itself keeps the payload and the reason.
            return "";
        }
    }
}
