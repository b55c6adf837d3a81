using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>Field and label selectors: terms with =, == and !=, joined by commas.</summary>
internal static class Selectors
{
    /// <summary>What a request selects.</summary>
    /// <exception cref="KubernetesStatusException">400: a term cannot be read, or the field is none that Kubernetes selects by.</exception>
    public static Selection Read(ApiRequest request)
    {
        var resource = request.Resource!;
        var tests = new List<Func<StoredObject, bool>>();
        foreach (var (field, value, negated) in Terms((string?)request.Query["fieldSelector"], "field"))
        {
            var read = FieldOf(resource, field) ?? throw new KubernetesStatusException(KubernetesStatus.BadRequest(
                $"Unable to find \"{resource.ApiVersion}, Resource={resource.Plural}\" that match label selector \"{request.Query["labelSelector"]}\", field selector \"{request.Query["fieldSelector"]}\": field label not supported: {field}"));
            tests.Add(o => (read(o) ?? "") == value != negated);
        }

        foreach (var (label, value, negated) in Terms((string?)request.Query["labelSelector"], "label"))
        {
            tests.Add(o => (string?)o.Json["metadata"]!["labels"]?[label] == value != negated);
        }

        return new Selection(request.Namespace, tests.Count == 0 ? null : o => tests.TrueForAll(t => t(o)));
    }

    // type!=Normal,involvedObject.kind=Pod
    private static IEnumerable<(string Name, string Value, bool Negated)> Terms(string? selector, string what)
    {
        foreach (var term in (selector ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new KubernetesStatusException(KubernetesStatus.BadRequest($"invalid {what} selector: '{selector}'; can't understand '{term}'"));
            }

            var negated = term[at - 1] == '!';
            var name = term[..(negated ? at - 1 : at)].Trim();
            yield return (name, term[(at + 1)..].TrimStart('=').Trim(), negated);
        }
    }

    private static Func<StoredObject, string?>? FieldOf(KubernetesResource resource, string field) => (resource.Plural, field) switch
    {
        (_, "metadata.name") => o => o.Name,
        (_, "metadata.namespace") => o => o.Namespace,
        ("events", "type" or "reason") => o => Text(o.Json[field]),
        ("events", "reportingComponent") => o => Text(o.Json[field]),
        ("events", "source") => o => Text(o.Json["source"]?["component"]) is { Length: > 0 } source ? source : Text(o.Json["reportingComponent"]),
        ("events", "involvedObject.kind" or "involvedObject.namespace" or "involvedObject.name" or "involvedObject.uid" or "involvedObject.apiVersion"
            or "involvedObject.resourceVersion" or "involvedObject.fieldPath") => At(field),
        ("pods", "spec.nodeName" or "spec.restartPolicy" or "spec.schedulerName" or "spec.serviceAccountName" or "status.phase" or "status.podIP") => At(field),
        ("namespaces", "status.phase") => At(field),
        ("nodes", "spec.unschedulable") => o => Text(o.Json["spec"]?["unschedulable"]) ?? "false",
        _ => null,
    };

    private static Func<StoredObject, string?> At(string field)
    {
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        var (outer, inner) = (field[..dot], field[(dot + 1)..]);
        return o => Text(o.Json[outer]?[inner]);
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string?)node : node?.ToJsonString();
}
