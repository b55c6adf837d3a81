using System.Text;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Access;

/// <summary>
/// Reads the spec of an access review as newer kubectls send it: Kubernetes' protobuf envelope, "k8s\0" and a runtime.Unknown. They take
/// JSON for an answer, so nothing needs to be written.
/// </summary>
internal static class ProtobufReview
{
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    private static readonly string[] ResourceFields = ["", "namespace", "verb", "group", "version", "resource", "subresource", "name"];
    private static readonly string[] PathFields = ["", "path", "verb"];

    // 6b 38 73 00 | 0a … typeMeta{0a "authorization.k8s.io/v1" 12 "SelfSubjectAccessReview"} | 12 … raw{0a metadata, 12 spec{0a resourceAttributes{0a "default" 12 "list" 2a "pods"}}}
    /// <summary>The spec as its JSON would be; null where the bytes are none of these.</summary>
    public static JsonObject? ReadSpec(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8) || Field(body[4..], 1) is not { } type || Field(body[4..], 2) is not { } raw || Field(raw, 2) is not { } spec)
        {
            return null;
        }

        if (Field(type, 2) is { } kind && Encoding.UTF8.GetString(kind) == "SelfSubjectRulesReview")
        {
            return new JsonObject { ["namespace"] = Field(spec, 1) is { } ns ? Encoding.UTF8.GetString(ns) : "" };
        }

        return (Field(spec, 1), Field(spec, 2)) switch
        {
            ({ } resource, _) => new JsonObject { ["resourceAttributes"] = Strings(resource, ResourceFields) },
            (_, { } path) => new JsonObject { ["nonResourceAttributes"] = Strings(path, PathFields) },
            _ => null,
        };
    }

    private static JsonObject Strings(byte[] message, string[] names)
    {
        var json = new JsonObject();
        for (var number = 1; number < names.Length; number++)
        {
            if (Field(message, number) is { Length: > 0 } value)
            {
                json[names[number]] = Encoding.UTF8.GetString(value);
            }
        }

        return json;
    }

    // Only length-delimited fields (wire type 2) occur in these messages before the ones that are read.
    private static byte[]? Field(ReadOnlySpan<byte> message, int wanted)
    {
        while (Varint(ref message) is { } tag && (tag & 7) == 2 && Varint(ref message) is { } length && length <= (ulong)message.Length)
        {
            var value = message[..(int)length];
            if (tag >> 3 == (ulong)wanted)
            {
                return value.ToArray();
            }

            message = message[(int)length..];
        }

        return null;
    }

    private static ulong? Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        return null;
    }
}
