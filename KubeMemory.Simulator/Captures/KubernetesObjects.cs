using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Captures;

/// <summary>Takes the objects out of a parsed document, whatever wraps them, and brings each to today's form.</summary>
internal static class KubernetesObjects
{
    private static readonly string[] MetadataText = ["name", "generateName", "namespace", "uid", "resourceVersion"];
    private static readonly string[] MetadataMaps = ["labels", "annotations"];

    // {"kind":"List","items":[{"kind":"Pod",…}]}              kubectl
    // {"kind":"PodList","items":[{"metadata":{…}}]}           the API itself: the items do not repeat their kind
    // {"kind":"EventList","items":null}                       an empty namespace in a support bundle
    // {"type":"MODIFIED","object":{…}}                        kubectl get -w --output-watch-events
    // [{"kind":"Pod",…},{"kind":"Event",…}]
    public static IEnumerable<JsonObject> In(JsonNode? document, string? kindOfFile)
    {
        switch (document)
        {
            case JsonArray list:
                return Detached(list).SelectMany(item => In(item, kindOfFile));
            case JsonObject value when GoStructs.IsOne(value):
                return In(GoStructs.Normalise(value), kindOfFile);
            case JsonObject value when value["object"] is JsonObject watched && Text(value, "type") is { } change:
                value.Remove("object");
                return change == "DELETED" ? [] : In(watched, kindOfFile);
            case JsonObject value when value.ContainsKey("items") && value["items"] is JsonArray or null && IsList(value):
                return Items(value, kindOfFile);
            case JsonObject value:
                value["kind"] ??= kindOfFile;
                return [value];
            default:
                return [];
        }
    }

    public static string? Text(JsonObject of, string field) =>
        of[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Brings names, events and API versions to the form that core/v1, apps/v1 and batch/v1 give them today.</summary>
    public static void Normalise(JsonObject value, string apiVersion, bool isClusterScoped)
    {
        if (Text(value, "kind") == "Event" && (value.ContainsKey("regarding") || value.ContainsKey("note")))
        {
            ToCoreEvent(value);
        }

        value["apiVersion"] = apiVersion;
        var metadata = (JsonObject)value["metadata"]!;
        foreach (var field in MetadataText)
        {
            AsText(metadata, field);
        }

        foreach (var map in MetadataMaps)
        {
            if (metadata[map] is JsonObject data)
            {
                foreach (var key in data.Select(pair => pair.Key).ToArray())
                {
                    AsText(data, key);
                }
            }
        }

        if (isClusterScoped)
        {
            metadata.Remove("namespace");
        }
        else
        {
            metadata["namespace"] = Text(metadata, "namespace") is { Length: > 0 } ns ? ns : "default";
        }
    }

    private static bool IsList(JsonObject value) =>
        Text(value, "kind") is not { } kind || kind.EndsWith("List", StringComparison.Ordinal);

    private static JsonObject[] Items(JsonObject list, string? kindOfFile)
    {
        if (list["items"] is not JsonArray items)
        {
            return [];
        }

        var kind = Text(list, "kind") is { Length: > 4 } kindOfList ? kindOfList[..^4] : kindOfFile;
        var objects = Detached(items);
        foreach (var item in objects)
        {
            item["kind"] ??= kind;
        }

        return objects;
    }

    /// <summary>An object that stays the child of a list could not be put anywhere else.</summary>
    private static JsonObject[] Detached(JsonArray list)
    {
        var objects = list.OfType<JsonObject>().ToArray();
        list.Clear();
        return objects;
    }

    /// <summary>Hand-written or old YAML leaves a name such as <c>12345</c> without quotes. What is no scalar at all is dropped.</summary>
    private static void AsText(JsonObject of, string field)
    {
        if (of[field] is JsonValue value)
        {
            of[field] = Text(of, field) ?? value.ToJsonString();
        }
        else
        {
            of.Remove(field);
        }
    }

    // {"kind":"Event","apiVersion":"events.k8s.io/v1","regarding":{…},"note":"…","reportingController":"kubelet","deprecatedCount":3,
    //  "deprecatedFirstTimestamp":"…","deprecatedLastTimestamp":"…","deprecatedSource":{…},"eventTime":null,"series":null}
    private static void ToCoreEvent(JsonObject value)
    {
        (string From, string To)[] renamed =
        [
            ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
            ("deprecatedCount", "count"), ("deprecatedFirstTimestamp", "firstTimestamp"),
            ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedSource", "source"),
        ];
        foreach (var (from, to) in renamed)
        {
            if (value.TryGetPropertyValue(from, out var inner))
            {
                value.Remove(from);
                value[to] = inner;
            }
        }
    }
}
