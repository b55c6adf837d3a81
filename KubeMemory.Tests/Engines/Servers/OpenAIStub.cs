using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>
/// Answers as an OpenAI-compatible server does (https://platform.openai.com/docs/api-reference): <c>/v1/models</c>,
/// <c>/v1/chat/completions</c>, <c>/v1/embeddings</c>.
/// </summary>
internal sealed class OpenAIStub : ModelStub
{
    private const long Time = 1_795_456_800;

    private OpenAIStub()
    {
    }

    /// <summary>What every request must bring; null takes all.</summary>
    public string? Key { get; set; }

    public static async Task<OpenAIStub> StartAsync()
    {
        var stub = new OpenAIStub();
        await stub.ListenAsync();
        return stub;
    }

    public override string ConnectionString(string model) => $"Endpoint={Endpoint}/v1;Model={model}" + (Key is null ? "" : $";Key={Key}");

    protected override string ErrorBody(string text) =>
        JsonSerializer.Serialize(new { error = new { message = text, type = "invalid_request_error", param = (string?)null, code = (string?)null } });

    protected override Task AnswerAsync(HttpContext context, string path, JsonElement body)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (Key is { } key && authorization != $"Bearer {key}")
        {
            // Some servers do repeat all of it.
            return ErrorAsync(context, 401, $"Incorrect API key provided: {authorization.Replace("Bearer ", "", StringComparison.Ordinal)}.");
        }

        return path switch
        {
            "/v1/models" => JsonAsync(context, """{"object":"list","data":[]}"""),
            "/v1/chat/completions" => ChatAsync(context, body),
            "/v1/embeddings" => EmbedAsync(context, body),
            _ => ErrorAsync(context, 404, "Unknown request URL"),
        };
    }

    private async Task ChatAsync(HttpContext context, JsonElement body)
    {
        if (await FailAsync(context))
        {
            return;
        }

        var model = body.GetProperty("model").GetString();
        var text = Answer ?? AnswerTo(body);
        if (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True)
        {
            await StreamAsync(context, "text/event-stream", Chunks(model, text));
            return;
        }

        await JsonAsync(context, JsonSerializer.Serialize(new
        {
            id = "chatcmpl-1",
            @object = "chat.completion",
            created = Time,
            model,
            choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = "stop" } },
            usage = new { prompt_tokens = 9, completion_tokens = 12, total_tokens = 21 },
        }));
    }

    // "content" is a text, or [{"type":"text","text":"…"}].
    private static string AnswerTo(JsonElement body)
    {
        if (body.TryGetProperty("response_format", out var format) && format.TryGetProperty("json_schema", out var schema))
        {
            return JsonSerializer.Serialize(Fill(schema.GetProperty("schema"), "stub"));
        }

        var content = body.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        return "You asked: " + (content.ValueKind == JsonValueKind.Array ? content[0].GetProperty("text").GetString() : content.GetString());
    }

    private static IEnumerable<string> Chunks(string? model, string text)
    {
        for (var start = 0; start < text.Length; start += 8)
        {
            yield return Chunk(model, new { role = "assistant", content = text.Substring(start, Math.Min(8, text.Length - start)) }, null);
        }

        yield return Chunk(model, new { }, "stop");
        yield return "data: [DONE]\n\n";
    }

    private static string Chunk(string? model, object delta, string? reason) => "data: " + JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion.chunk",
        created = Time,
        model,
        choices = new[] { new { index = 0, delta, finish_reason = reason } },
    }) + "\n\n";

    private async Task EmbedAsync(HttpContext context, JsonElement body)
    {
        if (await FailAsync(context))
        {
            return;
        }

        var model = body.GetProperty("model").GetString()!;
        var input = body.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(i => i.GetString()!)] : [input.GetString()!];
        if (texts.Any(text => text.Length > LongestInput))
        {
            await ErrorAsync(context, 400, $"This model's maximum context length is {LongestInput} tokens.");
            return;
        }

        var base64 = body.TryGetProperty("encoding_format", out var format) && format.GetString() == "base64";
        var data = texts.Select((text, index) =>
        {
            var vector = EmbeddingOf(model, text);
            object embedding = base64 ? Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan())) : vector;
            return new { @object = "embedding", index, embedding };
        });
        await JsonAsync(context, JsonSerializer.Serialize(new { @object = "list", data, model, usage = new { prompt_tokens = 8, total_tokens = 8 } }));
    }
}
