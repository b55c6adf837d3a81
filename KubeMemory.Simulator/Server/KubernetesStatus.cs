using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>An answer that is not what was asked for, in Kubernetes' form and words.</summary>
internal sealed record KubernetesStatus(int Code, string Reason, string Message)
{
    public JsonObject? Details { get; init; }

    /// <summary>The fresh token where an expired one is refused.</summary>
    public string? Continue { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public static KubernetesStatus Unauthorized { get; } = new((int)HttpStatusCode.Unauthorized, "Unauthorized", "Unauthorized");

    public static KubernetesStatus ServerError { get; } = new((int)HttpStatusCode.InternalServerError, "InternalError", "Internal error occurred: etcdserver: request timed out");

    public static KubernetesStatus Expired(string message) => new((int)HttpStatusCode.Gone, "Expired", message);

    public static KubernetesStatus TooOld(long? asked, long current) => Expired($"too old resource version: {asked ?? 0} ({current})");

    public static KubernetesStatus BadRequest(string message) => new((int)HttpStatusCode.BadRequest, "BadRequest", message);

    public static KubernetesStatus NotFound(KubernetesResource resource, string name) =>
        new((int)HttpStatusCode.NotFound, "NotFound", $"{resource.QualifiedName} \"{name}\" not found")
        {
            Details = new JsonObject { ["name"] = name, ["group"] = resource.Group.Length == 0 ? null : resource.Group, ["kind"] = resource.Plural },
        };

    public static KubernetesStatus AlreadyExists(KubernetesResource resource, string name) =>
        new((int)HttpStatusCode.Conflict, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists")
        {
            Details = new JsonObject { ["name"] = name, ["group"] = resource.Group.Length == 0 ? null : resource.Group, ["kind"] = resource.Plural },
        };

    public static KubernetesStatus NoSuchPath { get; } =
        new((int)HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource") { Details = [] };

    public static KubernetesStatus MethodNotAllowed { get; } =
        new((int)HttpStatusCode.MethodNotAllowed, "MethodNotAllowed", "the server does not allow this method on the requested resource") { Details = [] };

    // The words of kube-apiserver: events is forbidden: User "jane" cannot list resource "events" in API group "" at the cluster scope
    public static KubernetesStatus Forbidden(ApiRequest request, string user)
    {
        if (request.Resource is not { } resource)
        {
            return new((int)HttpStatusCode.Forbidden, "Forbidden", $"forbidden: User \"{user}\" cannot {request.Verb} path \"{request.Path}\"") { Details = [] };
        }

        var subject = request.Name is null ? resource.QualifiedName : $"{resource.QualifiedName} \"{request.Name}\"";
        var full = request.Subresource is null ? resource.Plural : $"{resource.Plural}/{request.Subresource}";
        var scope = request.Namespace is null ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        return new((int)HttpStatusCode.Forbidden, "Forbidden",
            $"{subject} is forbidden: User \"{user}\" cannot {request.Verb} resource \"{full}\" in API group \"{resource.Group}\" {scope}")
        {
            Details = new JsonObject { ["name"] = request.Name, ["group"] = resource.Group.Length == 0 ? null : resource.Group, ["kind"] = resource.Plural },
        };
    }

    public static KubernetesStatus TooManyRequests(TimeSpan retryAfter) =>
        new((int)HttpStatusCode.TooManyRequests, "TooManyRequests", "Too many requests, please try again later.")
        {
            RetryAfter = retryAfter,
            Details = new JsonObject { ["retryAfterSeconds"] = (int)retryAfter.TotalSeconds },
        };

    // {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \"x\" not found","reason":"NotFound",
    //  "details":{"name":"x","kind":"pods"},"code":404}
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue is null ? new JsonObject() : new JsonObject { ["continue"] = Continue },
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (Details is not null)
        {
            json["details"] = new JsonObject(Details.Where(d => d.Value is not null).Select(d => KeyValuePair.Create(d.Key, d.Value?.DeepClone())));
        }

        json["code"] = Code;
        return json;
    }
}

/// <summary>Ends a request with a Status. Thrown before anything of the answer is written.</summary>
internal sealed class KubernetesStatusException(KubernetesStatus status) : Exception(status.Message)
{
    public KubernetesStatus Status { get; } = status;
}
