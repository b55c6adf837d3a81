using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>Takes Events, as an API server takes them from a kubelet.</summary>
internal sealed class PostEndpoint(ClusterState state)
{
    public static bool Serves(ApiRequest request) => request is { Verb: "create", Resource.Plural: "events", Subresource: null, Namespace: not null, Name: null };

    public async Task ServeAsync(HttpContext http, ApiRequest request)
    {
        var posted = await ReadAsync(http).ConfigureAwait(false);
        var metadata = (JsonObject)posted["metadata"]!;
        var name = (string)metadata["name"]!;
        metadata["namespace"] = request.Namespace;
        if (state.Find(request.Resource!.Plural, request.Namespace, name) is not null)
        {
            throw new KubernetesStatusException(KubernetesStatus.AlreadyExists(request.Resource, name));
        }

        await HttpJson.WriteAsync(http, state.Apply(request.Resource.Plural, posted), StatusCodes.Status201Created).ConfigureAwait(false);
    }

    // {"kind":"Event","apiVersion":"v1","metadata":{"name":"api-1.17f0"},"type":"Warning","reason":"BackOff","message":"Back-off …",
    //  "involvedObject":{"kind":"Pod","namespace":"shop","name":"api-1"},"count":1,"firstTimestamp":"…","lastTimestamp":"…"}
    private static async Task<JsonObject> ReadAsync(HttpContext http)
    {
        try
        {
            if (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted).ConfigureAwait(false) is JsonObject posted
                && (posted["kind"] is null || IsText(posted["kind"], "Event"))
                && posted["metadata"] is JsonObject metadata
                && IsText(metadata["name"]))
            {
                return posted;
            }
        }
        catch (JsonException)
        {
            // Said below, in Kubernetes' words.
        }

        throw new KubernetesStatusException(KubernetesStatus.BadRequest("the object provided is unrecognized (must be of type Event)"));
    }

    private static bool IsText(JsonNode? node, string? wanted = null) =>
        node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 && (wanted is null || text == wanted);
}
