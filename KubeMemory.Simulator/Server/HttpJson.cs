using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Server;

internal static class HttpJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Utf8(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json, Plain);

    public static async Task WriteAsync(HttpContext http, JsonNode json, int code = StatusCodes.Status200OK)
    {
        Begin(http, code);
        await http.Response.BodyWriter.WriteAsync(Utf8(json), http.RequestAborted).ConfigureAwait(false);
    }

    public static Task WriteAsync(HttpContext http, KubernetesStatus status)
    {
        if (status.RetryAfter is { } retryAfter)
        {
            http.Response.Headers.RetryAfter = ((int)retryAfter.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, status.ToJson(), status.Code);
    }

    public static void Begin(HttpContext http, int code = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-cache, private";
    }
}
