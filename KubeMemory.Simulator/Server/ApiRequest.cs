using System.Globalization;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>What a request is about, as Kubernetes' RequestInfo resolves it from method, path and query.</summary>
/// <param name="Verb">"get", "list", "watch", "create", or the method in lower case outside the resources.</param>
/// <param name="Resource">Null outside the resources, or where the resource is not served.</param>
internal sealed record ApiRequest(string Verb, KubernetesResource? Resource, string? Subresource, string? Namespace, string? Name, string Path, IQueryCollection Query)
{
    /// <summary>What faults go by: a log is read with a verb of its own.</summary>
    public string FaultVerb => Subresource ?? Verb;

    public string FaultResource => Resource?.Plural ?? Path;

    public static ApiRequest Parse(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        var outside = new ApiRequest(request.Method.ToLowerInvariant(), null, null, null, null, path, request.Query);
        // /api/v1/namespaces/{ns}/pods/{name}/log, /apis/apps/v1/deployments, …
        var parts = path.Trim('/').Split('/');
        var (group, rest) = parts switch
        {
            ["api", "v1", .. var tail] => ("", tail),
            ["apis", var g, "v1", .. var tail] => (g, tail),
            _ => ("", []),
        };
        string? ns = null;
        if (rest is ["namespaces", var scope, _, ..])
        {
            (ns, rest) = (scope, rest[2..]);
        }

        if (rest is [] || KubernetesResource.Find(rest[0]) is not { } resource || resource.Group != group || rest.Length > 3 || (ns is not null && !resource.Namespaced))
        {
            return outside;
        }

        var name = rest.Length > 1 ? rest[1] : null;
        var verb = request.Method switch
        {
            "GET" when name is not null => "get",
            "GET" when IsTrue(request.Query["watch"]) => "watch",
            "GET" => "list",
            "POST" => "create",
            var other => other.ToLowerInvariant(),
        };
        return new ApiRequest(verb, resource, rest.Length > 2 ? rest[2] : null, ns, name, path, request.Query);
    }

    /// <summary>A parameter as a whole number that is not negative; null where it is absent.</summary>
    public long? Number(string parameter)
    {
        if ((string?)Query[parameter] is not { Length: > 0 } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new KubernetesStatusException(KubernetesStatus.BadRequest($"invalid value for {parameter}: \"{text}\""));
    }

    public bool Flag(string parameter) => IsTrue(Query[parameter]);

    private static bool IsTrue(string? value) => value is "1" or "true" or "True";
}
