using System.Net;
using System.Text.Json;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Watcher.Connections;

/// <summary>Reads one page of a list.</summary>
/// <example>
/// <code>
/// {"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"812","continue":"eyJ2Ijoib…"},"items":[{"metadata":{"name":"web-1.17a"},"reason":"BackOff"}]}
/// </code>
/// </example>
internal static class ListParser
{
    public static ListPage<T> Parse<T>(KubeResource<T> resource, byte[] body)
        where T : class
    {
        try
        {
            var list = JsonSerializer.Deserialize(body, resource.ListType);
            return Page(list?.Metadata, list?.Items ?? [], 0);
        }
        catch (JsonException)
        {
            // One strange object must not hide all others: take those that can be read, one by one.
            return ParseOneByOne(resource, body);
        }
    }

    private static ListPage<T> ParseOneByOne<T>(KubeResource<T> resource, byte[] body)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var items = new List<T>();
            var unreadable = 0;
            foreach (var item in document.RootElement.GetProperty("items"u8).EnumerateArray())
            {
                try
                {
                    items.Add(item.Deserialize(resource.Type)!);
                }
                catch (JsonException)
                {
                    unreadable++;
                }
            }

            document.RootElement.TryGetProperty("metadata"u8, out var metadata);
            return Page(metadata.ValueKind == JsonValueKind.Object ? metadata.Deserialize(KubeJsonContext.Default.ListMeta) : null, items, unreadable);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new KubernetesException(HttpStatusCode.OK, $"What answers to list {resource.Plural} is no Kubernetes API server: check the server's address in the kubeconfig.", inner: e);
        }
    }

    private static ListPage<T> Page<T>(ListMeta? meta, IReadOnlyList<T> items, int unreadable) =>
        new(items, meta?.ResourceVersion ?? "", string.IsNullOrEmpty(meta?.Continue) ? null : meta.Continue, unreadable);
}
