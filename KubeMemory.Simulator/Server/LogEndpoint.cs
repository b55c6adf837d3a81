using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>The logs of a container, with the refusals that API server and kubelet give.</summary>
internal sealed class LogEndpoint(ClusterState state)
{
    private static readonly string[] StatusLists = ["containerStatuses", "initContainerStatuses"];

    public async Task ServeAsync(HttpContext http, ApiRequest request)
    {
        var pod = state.Find("pods", request.Namespace, request.Name!)
            ?? throw new KubernetesStatusException(KubernetesStatus.NotFound(request.Resource!, request.Name!));
        var container = ContainerOf(pod, (string?)request.Query["container"]);
        var text = LogOf(pod, container, request.Flag("previous"));
        if (request.Flag("timestamps"))
        {
            text = Stamp(text, StartOf(pod, container));
        }

        if (request.Number("tailLines") is { } tail)
        {
            text = Tail(text, tail);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var length = (int)Math.Min(request.Number("limitBytes") ?? bytes.Length, bytes.Length);
        http.Response.ContentType = "text/plain";
        await http.Response.BodyWriter.WriteAsync(bytes.AsMemory(0, length), http.RequestAborted).ConfigureAwait(false);
    }

    private static string ContainerOf(StoredObject pod, string? asked)
    {
        var containers = NamesOf(pod, "containers");
        var inits = NamesOf(pod, "initContainers");
        if (string.IsNullOrEmpty(asked))
        {
            var orInit = inits.Length == 0 ? "" : $" or one of the init containers: [{string.Join(' ', inits)}]";
            return containers is [var only]
                ? only
                : throw Refusal($"a container name must be specified for pod {pod.Name}, choose one of: [{string.Join(' ', containers)}]{orInit}");
        }

        return containers.Contains(asked) || inits.Contains(asked) || NamesOf(pod, "ephemeralContainers").Contains(asked)
            ? asked
            : throw Refusal($"container {asked} is not valid for pod {pod.Name}");
    }

    private string LogOf(StoredObject pod, string container, bool previous)
    {
        var current = state.GetLog(pod.Namespace!, pod.Name, container);
        var last = state.GetLog(pod.Namespace!, pod.Name, container, previous: true);
        if (previous)
        {
            return last ?? throw Refusal($"previous terminated container \"{container}\" in pod \"{pod.Name}\" not found");
        }

        if (current is not null)
        {
            return current;
        }

        var waiting = StatusOf(pod, container)?["state"]?["waiting"];
        return (waiting, last, (string?)pod.Json["spec"]?["nodeName"]) switch
        {
            (_, _, null or "") => throw Refusal($"pod {pod.Name} does not have a host assigned"),
            // The kubelet gives the last instance's log while the next one waits.
            (not null, not null, _) => last,
            (not null, null, _) => throw Refusal($"container \"{container}\" in pod \"{pod.Name}\" is waiting to start: {WaitingFor((string?)waiting["reason"])}"),
            _ => "",
        };
    }

    private static string WaitingFor(string? reason) => reason switch
    {
        "ErrImagePull" => "image can't be pulled",
        "ImagePullBackOff" => "trying and failing to pull image",
        _ => reason ?? "",
    };

    private static string Tail(string text, long lines)
    {
        if (lines == 0)
        {
            return "";
        }

        // The newline at the end closes the last line; it does not open another one.
        var at = text.EndsWith('\n') ? text.Length - 1 : text.Length;
        while (lines-- > 0)
        {
            at = at <= 0 ? -1 : text.LastIndexOf('\n', at - 1);
            if (at < 0)
            {
                return text;
            }
        }

        return text[(at + 1)..];
    }

    // 2026-01-01T10:00:00.001000000Z starting server
    private static string Stamp(string text, DateTimeOffset start)
    {
        var lines = text.Split('\n');
        var stamped = lines.Select((line, i) =>
            i == lines.Length - 1 && line.Length == 0 ? "" : $"{start.AddMilliseconds(i).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff}00Z {line}");
        return string.Join('\n', stamped);
    }

    // What is stored has no times of its own: its lines are a millisecond apart from the start of the container.
    private static DateTimeOffset StartOf(StoredObject pod, string container)
    {
        var state = StatusOf(pod, container)?["state"];
        var started = (string?)state?["running"]?["startedAt"] ?? (string?)state?["terminated"]?["startedAt"] ?? (string?)pod.Json["metadata"]!["creationTimestamp"];
        return DateTimeOffset.TryParse(started, System.Globalization.CultureInfo.InvariantCulture, out var start) ? start : DateTimeOffset.UnixEpoch;
    }

    private static JsonNode? StatusOf(StoredObject pod, string container) =>
        StatusLists
            .SelectMany(list => pod.Json["status"]?[list] as JsonArray ?? [])
            .FirstOrDefault(s => (string?)s?["name"] == container);

    private static string[] NamesOf(StoredObject pod, string list) =>
        [.. (pod.Json["spec"]?[list] as JsonArray ?? []).Select(c => (string?)c?["name"] ?? "")];

    private static KubernetesStatusException Refusal(string message) => new(KubernetesStatus.BadRequest(message));
}
