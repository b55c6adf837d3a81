using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Cluster;

/// <summary>One version of one object. Immutable: the JSON is never changed after construction, so its bytes are made once and shared.</summary>
internal sealed class StoredObject
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lazy<byte[]> _item;
    private readonly Lazy<byte[]> _full;

    public StoredObject(KubernetesResource resource, JsonObject json, long version)
    {
        Resource = resource;
        Json = json;
        Version = version;
        var metadata = json["metadata"]!;
        Name = (string)metadata["name"]!;
        Namespace = (string?)metadata["namespace"];
        Uid = (string)metadata["uid"]!;
        // The items of a list carry no kind and apiVersion of their own; single objects and watch lines do.
        _item = new(() => Serialize(withType: false));
        _full = new(() => Serialize(withType: true));
    }

    public KubernetesResource Resource { get; }

    public JsonObject Json { get; }

    public long Version { get; }

    public string Name { get; }

    public string? Namespace { get; }

    public string Uid { get; }

    public string Key => KeyOf(Namespace, Name);

    /// <summary>The object as an item of a list.</summary>
    public ReadOnlyMemory<byte> Item => _item.Value;

    /// <summary>The object by itself.</summary>
    public ReadOnlyMemory<byte> Full => _full.Value;

    /// <summary>The key by which lists are ordered, as etcd orders them.</summary>
    public static string KeyOf(string? ns, string name) => ns is null ? name : $"{ns}/{name}";

    private byte[] Serialize(bool withType)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            if (withType)
            {
                writer.WriteString("kind", Resource.Kind);
                writer.WriteString("apiVersion", Resource.ApiVersion);
            }

            foreach (var (name, value) in Json)
            {
                if (name is "kind" or "apiVersion")
                {
                    continue;
                }

                writer.WritePropertyName(name);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    value.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
