using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;

namespace KubeMemory.Simulator.Access;

/// <summary>Says what the user may do, one question at a time or as a list.</summary>
internal sealed class AccessReviews(AccessRules rules)
{
    private const string Prefix = "/apis/authorization.k8s.io/v1/";
    private static readonly string[] Verbs = ["get", "list", "watch"];

    public static bool Serves(HttpRequest request) =>
        request.Method == "POST" && request.Path.Value is Prefix + "selfsubjectaccessreviews" or Prefix + "selfsubjectrulesreviews";

    public async Task ServeAsync(HttpContext http)
    {
        var spec = await ReadSpecAsync(http).ConfigureAwait(false);
        var answer = http.Request.Path.Value!.EndsWith("accessreviews", StringComparison.Ordinal)
            ? Answer("SelfSubjectAccessReview", spec, Access(spec))
            : Answer("SelfSubjectRulesReview", [], Rules((string?)spec["namespace"]));
        await HttpJson.WriteAsync(http, answer, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    // {"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1",
    //  "spec":{"resourceAttributes":{"namespace":"shop","verb":"get","group":"","resource":"pods","subresource":"log"}}}
    private static async Task<JsonObject> ReadSpecAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        try
        {
            var spec = http.Request.ContentType?.StartsWith(ProtobufReview.ContentType, StringComparison.OrdinalIgnoreCase) == true
                ? ProtobufReview.ReadSpec(bytes.Span)
                : JsonNode.Parse(bytes.Span)?["spec"] as JsonObject;
            if (spec is not null)
            {
                return (JsonObject)spec.DeepClone();
            }
        }
        catch (JsonException)
        {
            // Said below, in Kubernetes' words.
        }

        throw new KubernetesStatusException(KubernetesStatus.BadRequest("the object provided is unrecognized (must be of type SelfSubjectAccessReview)"));
    }

    private JsonObject Access(JsonObject spec)
    {
        var allowed = spec["resourceAttributes"] is { } asked
            ? rules.Allows(Text("verb"), Text("group"), Text("resource"), Text("subresource"), Text("namespace"))
            : (string?)spec["nonResourceAttributes"]?["verb"] == "get";
        return new JsonObject { ["allowed"] = allowed };

        string Text(string name) => (string?)asked[name] ?? "";
    }

    private JsonObject Rules(string? ns)
    {
        var readable = KubernetesResource.All
            .Select(r => (r.Group, Name: r.Plural, Verbs: Verbs.Where(v => rules.Allows(v, r.Group, r.Plural, null, ns)).ToArray()))
            .Append(("", "pods/log", rules.Allows("get", "", "pods", "log", ns) ? ["get"] : []))
            .Where(r => r.Verbs.Length > 0);
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. readable.Select(r => new JsonObject
            {
                ["verbs"] = Strings(r.Verbs),
                ["apiGroups"] = Strings(r.Group),
                ["resources"] = Strings(r.Name),
            })]),
            ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = Strings("get"), ["nonResourceURLs"] = Strings("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/readyz", "/version") }),
            ["incomplete"] = false,
        };
    }

    private static JsonArray Strings(params string[] values) => [.. values.Select(v => JsonValue.Create(v))];

    private static JsonObject Answer(string kind, JsonObject spec, JsonObject status) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = "authorization.k8s.io/v1",
        ["metadata"] = new JsonObject { ["creationTimestamp"] = null },
        ["spec"] = spec,
        ["status"] = status,
    };
}
