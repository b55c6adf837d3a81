using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Chroma;

/// <summary>What Chroma is asked, as JSON.</summary>
internal static class ChromaBodies
{
    public const string ModelKey = "kubememory_model";
    public const string DimensionsKey = "kubememory_dimensions";

    // Nothing of this is ever put into a page, and logs are full of quotes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// <code>{"name":"kubememory-m-3-0a1b2c3d4e5f","get_or_create":true,"metadata":{"kubememory_model":"m","kubememory_dimensions":3},
    /// "configuration":{"hnsw":{"space":"cosine"}}}</code>
    /// The metadata of a collection that is there already stays.
    /// </summary>
    public static ReadOnlyMemory<byte> Create(string name, VectorSpace space) => Write(json =>
    {
        json.WriteString("name", name);
        json.WriteBoolean("get_or_create", true);
        json.WriteStartObject("metadata");
        json.WriteString(ModelKey, space.Model);
        json.WriteNumber(DimensionsKey, space.Dimensions);
        json.WriteEndObject();
        json.WriteStartObject("configuration");
        json.WriteStartObject("hnsw");
        json.WriteString("space", "cosine");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>
    /// <code>{"ids":["incident:1"],"embeddings":["mpkZP83MTD8AAAAA"],"documents":["text"],"metadatas":[{"incident_id":1,"cluster":"c",…}]}</code>
    /// An embedding is base64 of little-endian floats, half the size, where the server takes it; or a list of numbers.
    /// </summary>
    public static ReadOnlyMemory<byte> Upsert(ReadOnlySpan<VectorRecord> records, bool base64)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteStartArray("ids");
        foreach (var record in records)
        {
            json.WriteStringValue(VectorRules.Clean(record.Id));
        }

        json.WriteEndArray();
        json.WriteStartArray("embeddings");
        foreach (var record in records)
        {
            WriteEmbedding(json, record.Vector.Span, base64);
        }

        json.WriteEndArray();
        json.WriteStartArray("documents");
        foreach (var record in records)
        {
            json.WriteStringValue(VectorRules.Document(record.Document));
        }

        json.WriteEndArray();
        json.WriteStartArray("metadatas");
        foreach (var record in records)
        {
            WriteMetadata(json, record);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary><code>{"query_embeddings":[[0.6,0.8,0.0]],"n_results":10,"include":["documents","metadatas","distances"],"where":{…}}</code></summary>
    public static ReadOnlyMemory<byte> Query(ReadOnlyMemory<float> vector, int max, VectorFilter filter) => Write(json =>
    {
        json.WriteStartArray("query_embeddings");
        WriteEmbedding(json, vector.Span, base64: false);
        json.WriteEndArray();
        json.WriteNumber("n_results", max);
        WriteNames(json, "include", "documents", "metadatas", "distances");
        WriteWhere(json, filter);
    });

    /// <summary><code>{"ids":["incident:1"],"include":["embeddings"]}</code></summary>
    /// <param name="what"><c>embeddings</c> or <c>documents</c>.</param>
    public static ReadOnlyMemory<byte> Get(IReadOnlyList<string> ids, string what) => Write(json =>
    {
        WriteNames(json, "ids", [.. ids.Select(VectorRules.Clean)]);
        WriteNames(json, "include", what);
    });

    /// <summary><code>{"where":{"incident_id":{"$in":[1,2]}}}</code></summary>
    public static ReadOnlyMemory<byte> Delete(IEnumerable<long> incidentIds) => Write(json =>
    {
        json.WriteStartObject("where");
        json.WriteStartObject("incident_id");
        json.WriteStartArray("$in");
        foreach (var id in incidentIds)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteNames(Utf8JsonWriter json, string member, params ReadOnlySpan<string> names)
    {
        json.WriteStartArray(member);
        foreach (var name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, VectorRecord record)
    {
        json.WriteStartObject();
        json.WriteNumber("incident_id", record.IncidentId);
        json.WriteString("cluster", VectorRules.Clean(record.ClusterId));
        json.WriteString("namespace", VectorRules.Clean(record.Namespace));
        json.WriteString("workload", VectorRules.Clean(record.Workload));
        json.WriteString("type", record.Type.ToString());
        json.WriteString("kind", VectorRules.Clean(record.Kind));
        json.WriteEndObject();
    }

    /// <summary>As its direction: squares of very long or very short vectors leave the range of a float.</summary>
    private static void WriteEmbedding(Utf8JsonWriter json, ReadOnlySpan<float> vector, bool base64)
    {
        var pool = ArrayPool<float>.Shared.Rent(vector.Length);
        var unit = pool.AsSpan(0, vector.Length);
        TensorPrimitives.Divide(vector, Math.Abs(TensorPrimitives.MaxMagnitude(vector)), unit);
        TensorPrimitives.Divide(unit, TensorPrimitives.Norm<float>(unit), unit);
        if (base64)
        {
            json.WriteBase64StringValue(MemoryMarshal.AsBytes(unit));
        }
        else
        {
            json.WriteStartArray();
            foreach (var value in unit)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        ArrayPool<float>.Shared.Return(pool);
    }

    /// <summary>
    /// <code>"where":{"$and":[{"cluster":{"$eq":"c"}},{"incident_id":{"$ne":1}}]}</code>
    /// With one term the term alone, with none nothing: $and is for two and more.
    /// </summary>
    private static void WriteWhere(Utf8JsonWriter json, VectorFilter filter)
    {
        var terms = new List<(string Field, string Value)>(5);
        Add("cluster", filter.ClusterId);
        Add("namespace", filter.Namespace);
        Add("workload", filter.Workload);
        Add("type", filter.Type?.ToString());
        Add("kind", filter.Kind);
        var count = terms.Count + (filter.Except is null ? 0 : 1);
        if (count == 0)
        {
            return;
        }

        json.WritePropertyName("where");
        if (count > 1)
        {
            json.WriteStartObject();
            json.WriteStartArray("$and");
        }

        foreach (var (field, value) in terms)
        {
            json.WriteStartObject();
            json.WriteStartObject(field);
            json.WriteString("$eq", value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (filter.Except is { } except)
        {
            json.WriteStartObject();
            json.WriteStartObject("incident_id");
            json.WriteNumber("$ne", except);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (count > 1)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }

        void Add(string field, string? value)
        {
            if (value is not null)
            {
                terms.Add((field, VectorRules.Clean(value)));
            }
        }
    }
}
