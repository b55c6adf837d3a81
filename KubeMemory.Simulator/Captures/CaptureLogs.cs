using System.Text;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Captures;

/// <summary>Recognises the logs in the two shapes of folder that hold any.</summary>
internal static class CaptureLogs
{
    private const string PreviousSuffix = "-previous";
    private static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>A support bundle's <c>cluster-resources/pods/logs/NAMESPACE/POD/CONTAINER[-previous].log</c>; the container still with its suffix.</summary>
    public static bool TryBundleLog(string[] path, out (string Namespace, string Pod, string File) log)
    {
        log = default;
        if (path.Length < 6 || path[^6] != "cluster-resources" || path[^5] != "pods" || path[^4] != "logs"
            || !path[^1].EndsWith(".log", StringComparison.Ordinal))
        {
            return false;
        }

        log = (path[^3], path[^2], path[^1][..^4]);
        return true;
    }

    /// <summary>A container may itself be called <c>sync-previous</c>; the pod knows.</summary>
    public static LogKey Key((string Namespace, string Pod, string File) log, JsonObject? pod)
    {
        var isPrevious = log.File.EndsWith(PreviousSuffix, StringComparison.Ordinal)
            && !Containers(pod).Contains(log.File);
        return new LogKey(log.Namespace, log.Pod, isPrevious ? log.File[..^PreviousSuffix.Length] : log.File, isPrevious);
    }

    // ==== START logs for container api of pod shop/web-7d9c5b8f6d-x2x4v ====
    // listening on :8080
    // ==== END logs for container api of pod shop/web-7d9c5b8f6d-x2x4v ====
    public static IEnumerable<(LogKey Key, string Text)> FromDump(string text, string ns, string pod)
    {
        const string start = "==== START logs for container ";
        const string end = "==== END logs for container ";
        string? container = null;
        var log = new StringBuilder();
        using var lines = new StringReader(text);
        while (lines.ReadLine() is { } line)
        {
            if (container is null && line.StartsWith(start, StringComparison.Ordinal) && line[start.Length..].Split(' ') is [var name, "of", "pod", ..])
            {
                container = name;
                log.Clear();
            }
            else if (container is not null && line.StartsWith($"{end}{container} of pod ", StringComparison.Ordinal))
            {
                yield return (new LogKey(ns, pod, container, false), log.ToString());
                container = null;
            }
            else if (container is not null)
            {
                log.Append(line).Append('\n');
            }
        }

        if (container is not null)
        {
            yield return (new LogKey(ns, pod, container, false), log.ToString());
        }
    }

    private static IEnumerable<string?> Containers(JsonObject? pod) =>
        pod?["spec"] is not JsonObject spec
            ? []
            : ContainerLists
                .SelectMany(list => spec[list] as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(container => KubernetesObjects.Text(container, "name"));
}
