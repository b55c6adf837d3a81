using System.Globalization;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>The columns that kubectl prints: meta.k8s.io Table instead of a list, asked for by the Accept header.</summary>
internal sealed class TableView(string includeObject)
{
    private sealed record Column(string Name, Func<JsonObject, DateTimeOffset, JsonNode?> Read, string Type = "string");

    private static readonly Column NameColumn = new("Name", (o, _) => Text(o, "metadata", "name"));
    private static readonly Column AgeColumn = new("Age", (o, now) => Age(Text(o, "metadata", "creationTimestamp"), now));

    private static readonly Column[] Pods =
    [
        NameColumn,
        new("Ready", (o, _) => $"{Containers(o).Count(c => (bool?)c["ready"] == true)}/{(o["spec"]?["containers"] as JsonArray)?.Count ?? 0}"),
        new("Status", (o, _) => PodStatus(o)),
        new("Restarts", (o, _) => Containers(o).Sum(c => (int?)c["restartCount"] ?? 0).ToString(CultureInfo.InvariantCulture)),
        AgeColumn,
    ];

    private static readonly Column[] Events =
    [
        new("Last Seen", (o, now) => Age(Text(o, "series", "lastObservedTime") ?? Text(o, "lastTimestamp") ?? Text(o, "eventTime") ?? Text(o, "metadata", "creationTimestamp"), now)),
        new("Type", (o, _) => Text(o, "type")),
        new("Reason", (o, _) => Text(o, "reason")),
        new("Object", (o, _) => $"{Text(o, "involvedObject", "kind")?.ToLowerInvariant()}/{Text(o, "involvedObject", "name")}"),
        new("Message", (o, _) => Text(o, "message")?.Trim()),
    ];

    private static readonly Column[] Nodes =
    [
        NameColumn,
        new("Status", (o, _) => (o["status"]?["conditions"] as JsonArray ?? []).Any(c => (string?)c?["type"] == "Ready" && (string?)c["status"] == "True") ? "Ready" : "NotReady"),
        AgeColumn,
        new("Version", (o, _) => Text(o["status"], "nodeInfo", "kubeletVersion")),
    ];

    private static readonly Column[] Replicated =
    [
        NameColumn,
        new("Ready", (o, _) => $"{(int?)o["status"]?["readyReplicas"] ?? 0}/{(int?)o["spec"]?["replicas"] ?? 1}"),
        AgeColumn,
    ];

    private static readonly Column[] Others = [NameColumn, AgeColumn];

    /// <summary>The view where the client prefers tables, else null.</summary>
    // Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json
    public static TableView? Wanted(HttpContext http) =>
        http.Request.Headers.Accept.ToString().StartsWith("application/json;as=Table;v=v1;g=meta.k8s.io", StringComparison.Ordinal)
            ? new TableView((string?)http.Request.Query["includeObject"] ?? "Metadata")
            : null;

    // {"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1042"},"columnDefinitions":[{"name":"Name","type":"string",…}],
    //  "rows":[{"cells":["api-7d4b-x2x","1/1","Running","0","5m"],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{…}}}]}
    public JsonObject Write(KubernetesResource resource, IEnumerable<StoredObject> objects, DateTimeOffset now, long version, string? next)
    {
        var columns = ColumnsOf(resource);
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (next is not null)
        {
            metadata["continue"] = next;
        }

        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = new JsonArray([.. columns.Select(c => new JsonObject
            {
                ["name"] = c.Name,
                ["type"] = c.Type,
                ["format"] = c.Name == "Name" ? "name" : "",
                ["description"] = "",
                ["priority"] = 0,
            })]),
            ["rows"] = new JsonArray([.. objects.Select(o => Row(o, columns, now))]),
        };
    }

    /// <summary>A watch line whose object is a table of one row.</summary>
    public byte[] WriteLine(WatchLine line, DateTimeOffset now)
    {
        var current = line.Change!.Current;
        var type = line.Seen switch { ChangeType.Added => "ADDED"u8, ChangeType.Modified => "MODIFIED"u8, _ => "DELETED"u8 };
        return WatchLine.Write(type, HttpJson.Utf8(Write(current.Resource, [current], now, current.Version, null)));
    }

    private JsonObject Row(StoredObject obj, Column[] columns, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(c => c.Read(obj.Json, now))]) };
        if (includeObject == "Object")
        {
            row["object"] = obj.Json.DeepClone();
        }
        else if (includeObject != "None")
        {
            row["object"] = new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = obj.Json["metadata"]!.DeepClone(),
            };
        }

        return row;
    }

    private static Column[] ColumnsOf(KubernetesResource resource) => resource.Plural switch
    {
        "pods" => Pods,
        "events" => Events,
        "nodes" => Nodes,
        "deployments" or "statefulsets" or "replicasets" => Replicated,
        _ => Others,
    };

    // What kubectl shows is the first container that waits or has ended, else the phase.
    private static string PodStatus(JsonObject pod) =>
        Containers(pod).Select(c => (string?)c["state"]?["waiting"]?["reason"] ?? (string?)c["state"]?["terminated"]?["reason"]).FirstOrDefault(r => !string.IsNullOrEmpty(r))
        ?? Text(pod, "status", "reason") ?? Text(pod, "status", "phase") ?? "Unknown";

    private static IEnumerable<JsonNode> Containers(JsonObject pod) => (pod["status"]?["containerStatuses"] as JsonArray ?? []).OfType<JsonNode>();

    private static string? Text(JsonNode? node, params string[] path) => (string?)path.Aggregate(node, (n, name) => n?[name]);

    // As kubectl says it: 45s, 5m10s, 42m, 3h12m, 5d.
    private static string Age(string? since, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out var then))
        {
            return "<unknown>";
        }

        var age = now > then ? now - then : TimeSpan.Zero;
        return age switch
        {
            { TotalSeconds: < 120 } => $"{(int)age.TotalSeconds}s",
            { TotalMinutes: < 10 } => $"{(int)age.TotalMinutes}m{age.Seconds}s",
            { TotalHours: < 3 } => $"{(int)age.TotalMinutes}m",
            { TotalHours: < 8 } => $"{(int)age.TotalHours}h{age.Minutes}m",
            { TotalHours: < 48 } => $"{(int)age.TotalHours}h",
            _ => $"{(int)age.TotalDays}d",
        };
    }
}
