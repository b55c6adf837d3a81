using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KubeMemory.Simulator.Server;

/// <summary>Where a paged list goes on: at the version of its first page, after a key. Version -1 means the present one.</summary>
internal sealed partial record ContinueToken(
    [property: JsonPropertyName("rv")] long Version,
    [property: JsonPropertyName("start")] string After)
{
    public const long Present = -1;

    // base64url of {"rv":1234,"start":"shop/api-7d4b-x2x"}
    public string Encode() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, TokenJson.Default.ContinueToken));

    public static ContinueToken Decode(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), TokenJson.Default.ContinueToken) is { After: not null } token)
            {
                return token;
            }
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Said below, in Kubernetes' words.
        }

        throw new KubernetesStatusException(KubernetesStatus.BadRequest("continue key is not valid: malformed value"));
    }

    [JsonSerializable(typeof(ContinueToken))]
    private sealed partial class TokenJson : JsonSerializerContext;
}
