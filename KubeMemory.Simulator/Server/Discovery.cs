using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>What the API server says that it serves; kubectl asks for it before anything else.</summary>
internal static class Discovery
{
    private static readonly string[] Groups = ["apps", "batch", "authorization.k8s.io"];

    /// <summary>The answer for a path, or null where it is none of discovery's.</summary>
    public static JsonObject? Answer(string path) => path.Trim('/').Split('/') switch
    {
        ["api"] => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"), ["serverAddressByClientCIDRs"] = new JsonArray() },
        ["api", "v1"] => ResourceList(""),
        ["apis"] => new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. Groups.Select(Group)]) },
        ["apis", var group] when Groups.Contains(group) => Whole(Group(group)),
        ["apis", var group, "v1"] when Groups.Contains(group) => ResourceList(group),
        _ => null,
    };

    // {"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}
    private static JsonObject Group(string name)
    {
        JsonObject Version() => new() { ["groupVersion"] = $"{name}/v1", ["version"] = "v1" };
        return new JsonObject { ["name"] = name, ["versions"] = new JsonArray(Version()), ["preferredVersion"] = Version() };
    }

    private static JsonObject Whole(JsonObject group)
    {
        group.Insert(0, "kind", "APIGroup");
        group.Insert(1, "apiVersion", "v1");
        return group;
    }

    // {"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list","watch"],"shortNames":["po"]}]}
    private static JsonObject ResourceList(string group)
    {
        var resources = KubernetesResource.All.Where(r => r.Group == group)
            .Select(r => Entry(r.Plural, r.Singular, r.Kind, r.Namespaced, ["get", "list", "watch"], r.ShortNames))
            .ToList();
        if (group.Length == 0)
        {
            resources.Add(Entry("pods/log", "", "Pod", true, ["get"], []));
        }
        else if (group == "authorization.k8s.io")
        {
            resources.Add(Entry("selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview", false, ["create"], []));
            resources.Add(Entry("selfsubjectrulesreviews", "selfsubjectrulesreview", "SelfSubjectRulesReview", false, ["create"], []));
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? "v1" : $"{group}/v1",
            ["resources"] = new JsonArray([.. resources]),
        };
    }

    private static JsonObject Entry(string name, string singular, string kind, bool namespaced, string[] verbs, string[] shortNames)
    {
        var entry = new JsonObject
        {
            ["name"] = name,
            ["singularName"] = singular,
            ["namespaced"] = namespaced,
            ["kind"] = kind,
            ["verbs"] = new JsonArray([.. verbs.Select(v => JsonValue.Create(v))]),
        };
        if (shortNames.Length > 0)
        {
            entry["shortNames"] = new JsonArray([.. shortNames.Select(s => JsonValue.Create(s))]);
        }

        return entry;
    }
}
