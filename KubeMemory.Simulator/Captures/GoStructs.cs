using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Captures;

/// <summary>
/// Old versions of <c>kubectl cluster-info dump</c> printed the program's own structures: field names as in Go, embedded
/// structures without a level of their own. They are brought to the names of the API.
/// </summary>
internal static class GoStructs
{
    private static readonly HashSet<string> MetadataFields = new(StringComparer.Ordinal)
    {
        "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
        "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
        "clusterName", "managedFields",
    };

    /// <summary>Their keys are data, not names of fields.</summary>
    private static readonly HashSet<string> MapsOfData = new(StringComparer.Ordinal)
    {
        "labels", "annotations", "matchLabels", "nodeSelector", "capacity", "allocatable", "limits", "requests", "data", "hard", "used",
    };

    private static readonly HashSet<string> EmbeddedStructs = new(StringComparer.Ordinal)
    {
        "typeMeta", "handler", "volumeSource", "persistentVolumeSource", "localObjectReference", "objectReference",
    };

    private static readonly Dictionary<string, string> RenamedFields = new(StringComparer.Ordinal)
    {
        ["lastTerminationState"] = "lastState",
        ["reportingController"] = "reportingComponent",
        ["objectMeta"] = "metadata",
        ["listMeta"] = "metadata",
    };

    // {"selfLink":"/api/v1/pods","resourceVersion":"77","Items":[{"name":"web-1","namespace":"shop",…,"Spec":{…},"Status":{"Phase":"Running",
    //   "ContainerStatuses":[{"Name":"web","LastTerminationState":{"Terminated":{"ExitCode":1,…}},"RestartCount":4}]}}]}
    public static bool IsOne(JsonObject document) =>
        document.Any(field => field.Key is "Items" or "ObjectMeta" or "Spec" or "Status" or "InvolvedObject" or "Regarding");

    public static JsonObject Normalise(JsonObject document) => Object(document, isKubernetesObject: !document.ContainsKey("Items"));

    private static JsonObject Object(JsonObject from, bool isKubernetesObject)
    {
        var to = new JsonObject();
        AddFields(from, to, isKubernetesObject);
        return to;
    }

    private static void AddFields(JsonObject from, JsonObject to, bool isKubernetesObject)
    {
        foreach (var (goName, value) in from)
        {
            var name = LowerCamel(goName);
            name = RenamedFields.GetValueOrDefault(name, name);
            if (EmbeddedStructs.Contains(name) && value is JsonObject embedded)
            {
                AddFields(embedded, to, isKubernetesObject: false);
            }
            else if (name == "metadata" && value is JsonObject metadata)
            {
                foreach (var (key, inner) in Object(metadata, isKubernetesObject: false).ToArray())
                {
                    Metadata(to)[key] = inner?.DeepClone();
                }
            }
            else if (isKubernetesObject && MetadataFields.Contains(name))
            {
                Metadata(to)[name] = MapsOfData.Contains(name) ? value?.DeepClone() : Value(name, value);
            }
            else
            {
                to[name] = MapsOfData.Contains(name) ? value?.DeepClone() : Value(name, value);
            }
        }
    }

    private static JsonNode? Value(string name, JsonNode? value) => value switch
    {
        JsonObject inner => Object(inner, isKubernetesObject: name is "template" or "jobTemplate"),
        JsonArray list => new JsonArray([.. list.Select(item => item is JsonObject inner
            ? Object(inner, isKubernetesObject: name == "items")
            : item?.DeepClone())]),
        _ => value?.DeepClone(),
    };

    private static JsonObject Metadata(JsonObject of)
    {
        if (of["metadata"] is not JsonObject metadata)
        {
            of["metadata"] = metadata = [];
        }

        return metadata;
    }

    /// <summary>UID → uid, APIVersion → apiVersion, HostIP → hostIP, ImageID → imageID, DNSPolicy → dnsPolicy.</summary>
    private static string LowerCamel(string name)
    {
        var capitals = name.TakeWhile(char.IsUpper).Count();
        var lowered = capitals <= 1 || capitals == name.Length ? capitals : capitals - 1;
        return string.Concat(name[..lowered].ToLowerInvariant(), name.AsSpan(lowered));
    }
}
