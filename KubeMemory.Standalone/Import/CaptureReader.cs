using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Simulator.Captures;
using KubeMemory.Watcher;

namespace KubeMemory.Standalone.Import;

/// <summary>A capture, read as a cluster is: the same objects through the same door.</summary>
internal sealed class CaptureReader(Capture capture) : IKubernetesReader
{
    public Task<ListPage<T>> ListAsync<T>(KubeResource<T> resource, string? ns, int? limit, string? continueToken, CancellationToken cancellationToken)
        where T : class
    {
        if (resource.Plural == KubeResources.Pods.Plural && !capture.Objects.ContainsKey(resource.Plural))
        {
            // Then nothing says whether a failure has ended, as where pods may not be read.
            throw new KubernetesException(HttpStatusCode.NotFound, "The capture holds no pods, so that nobody can tell what has recovered since.");
        }

        var items = new List<T>();
        var unreadable = 0;
        foreach (var json in Select(resource, ns))
        {
            if (Read(resource, json) is { } item)
            {
                items.Add(item);
            }
            else
            {
                unreadable++;
            }
        }

        // One page: the capture is in memory already.
        return Task.FromResult(new ListPage<T>(items, ResourceVersion: "", Continue: null, unreadable));
    }

    public Task<T?> GetAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancellationToken)
        where T : class
    {
        var found = Select(resource, ns).FirstOrDefault(json => Metadata(json, "name") == name);
        return Task.FromResult(found is null ? null : Read(resource, found));
    }

    public IAsyncEnumerable<IReadOnlyList<WatchChange<T>>> WatchAsync<T>(
        KubeResource<T> resource, string? ns, string resourceVersion, TimeSpan timeout, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException("A capture does not change.");

    public Task<string> GetLogAsync(LogQuery query, CancellationToken cancellationToken)
    {
        if (!capture.Logs.TryGetValue(new LogKey(query.Namespace, query.Pod, query.Container, query.Previous), out var log))
        {
            throw new KubernetesException(HttpStatusCode.NotFound, "the capture does not hold this log.");
        }

        var lines = log.TrimEnd('\n').Split('\n');
        return Task.FromResult(string.Join('\n', lines.TakeLast(query.TailLines)));
    }

    /// <summary>What the capture holds nothing of could not be read when it was made.</summary>
    public Task<bool> CheckAccessAsync(AccessRight right, CancellationToken cancellationToken) =>
        Task.FromResult(right.Resource == "pods/log" ? capture.Logs.Count > 0 : capture.Objects.ContainsKey(right.Resource));

    // {"major":"1","minor":"27","gitVersion":"v1.27.4+k3s1",…}
    public Task<KubeVersion> GetVersionAsync(CancellationToken cancellationToken) =>
        Task.FromResult(capture.Version.Deserialize(KubeJsonContext.Default.KubeVersion) ?? new KubeVersion());

    private IEnumerable<JsonObject> Select<T>(KubeResource<T> resource, string? ns)
        where T : class => capture.Objects.GetValueOrDefault(resource.Plural, [])
            .Where(json => ns is null || Metadata(json, "namespace") == ns)
            .Where(json => resource.FieldSelector != "type!=Normal" || json["type"] is not JsonValue type || !type.TryGetValue<string>(out var text) || text != "Normal");

    private static T? Read<T>(KubeResource<T> resource, JsonObject json)
        where T : class
    {
        try
        {
            return json.Deserialize(resource.Type);
        }
        catch (JsonException)
        {
            // Counted by the caller, as an unreadable object of a live list is.
            return null;
        }
    }

    private static string? Metadata(JsonObject json, string field) =>
        json["metadata"] is JsonObject metadata && metadata[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
