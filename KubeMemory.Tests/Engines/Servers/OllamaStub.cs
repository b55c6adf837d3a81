using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>
/// Answers as Ollama does (https://github.com/ollama/ollama/blob/main/docs/api.md): <c>/api/tags</c>, <c>/api/pull</c>, <c>/api/chat</c>,
/// <c>/api/embed</c>, <c>/api/version</c>. The models of <see cref="StartAsync"/> are there; any of <see cref="Library"/> can be pulled.
/// </summary>
internal sealed class OllamaStub : ModelStub
{
    private const string Time = "2026-11-23T18:00:00.123456789Z";
    private const string Digest = "sha256:dde5aa3fc5ffc17176b5e8bdc82f587b24b2678c6c66101bf7da77af9f7ccdff";

    private readonly ConcurrentDictionary<string, bool> _models = new(StringComparer.OrdinalIgnoreCase);

    private OllamaStub()
    {
    }

    /// <summary>What a pull finds; null finds everything.</summary>
    public IReadOnlyCollection<string>? Library { get; set; }

    /// <summary>In so many steps a pull comes down.</summary>
    public int PullSteps { get; set; } = 4;

    /// <summary>Awaited before every line of a pull, for a test that looks at each.</summary>
    public Func<CancellationToken, Task>? BeforePullLine { get; set; }

    /// <summary>A stream of the language model ends with a line that says this; null ends it well.</summary>
    public string? ErrorAmidStream { get; set; }

    /// <summary>The models that are there, with their tags.</summary>
    public IReadOnlyCollection<string> Models => [.. _models.Keys];

    public static async Task<OllamaStub> StartAsync(params string[] models)
    {
        var stub = new OllamaStub();
        foreach (var model in models)
        {
            stub._models[WithTag(model)] = true;
        }

        await stub.ListenAsync();
        return stub;
    }

    public override string ConnectionString(string model) => $"Endpoint={Endpoint};Model={model}";

    public void Remove(string model) => _models.TryRemove(WithTag(model), out _);

    protected override string ErrorBody(string text) => JsonSerializer.Serialize(new { error = text });

    protected override Task AnswerAsync(HttpContext context, string path, JsonElement body) => path switch
    {
        "/" => context.Response.WriteAsync("Ollama is running", context.RequestAborted),
        "/api/version" => JsonAsync(context, """{"version":"0.32.0"}"""),
        "/api/tags" => TagsAsync(context),
        "/api/pull" => PullAsync(context, body),
        "/api/chat" => ChatAsync(context, body),
        "/api/embed" => EmbedAsync(context, body),
        _ => ErrorAsync(context, 404, "404 page not found"),
    };

    private static string WithTag(string model) => model.Contains(':') ? model : model + ":latest";

    private static string ModelOf(JsonElement body) => body.TryGetProperty("model", out var model) ? model.GetString() ?? "" : "";

    private static string Line(object value) => JsonSerializer.Serialize(value) + "\n";

    private async Task TagsAsync(HttpContext context)
    {
        if (Mute)
        {
            await FailAsync(context);
        }

        var models = _models.Keys.Order(StringComparer.Ordinal).Select(name => new
        {
            name,
            model = name,
            modified_at = Time,
            size = 397_821_319L,
            digest = Digest[7..],
            details = new { parent_model = "", format = "gguf", family = "qwen2", families = new[] { "qwen2" }, parameter_size = "494.03M", quantization_level = "Q4_K_M" },
        });
        await JsonAsync(context, JsonSerializer.Serialize(new { models }));
    }

    private async Task PullAsync(HttpContext context, JsonElement body)
    {
        var model = WithTag(ModelOf(body));
        if (await FailAsync(context))
        {
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        foreach (var line in PullLines(model))
        {
            if (BeforePullLine is { } before)
            {
                await before(context.RequestAborted);
            }

            await PieceAsync(context, JsonSerializer.SerializeToUtf8Bytes(line));
            await PieceAsync(context, "\n"u8.ToArray());
            if (BreakOff)
            {
                context.Abort();
                return;
            }
        }
    }

    private IEnumerable<object> PullLines(string model)
    {
        yield return new { status = "pulling manifest" };
        if (Library is { } library && !library.Contains(model, StringComparer.OrdinalIgnoreCase) && !library.Contains(model.Replace(":latest", "", StringComparison.Ordinal)))
        {
            yield return new { error = "pull model manifest: file does not exist" };
            yield break;
        }

        const long Total = 397_821_319;
        yield return new { status = $"pulling {Digest[7..19]}", digest = Digest, total = Total };
        for (var step = 1; step <= PullSteps; step++)
        {
            yield return new { status = $"pulling {Digest[7..19]}", digest = Digest, total = Total, completed = Total * step / PullSteps };
        }

        // A small layer that becomes known late.
        yield return new { status = "pulling 66b9ea09bd5b", digest = "sha256:66b9ea09bd5b", total = 68 };
        yield return new { status = "pulling 66b9ea09bd5b", digest = "sha256:66b9ea09bd5b", total = 68, completed = 68 };
        yield return new { status = "verifying sha256 digest" };
        yield return new { status = "writing manifest" };
        _models[model] = true;
        yield return new { status = "success" };
    }

    private async Task ChatAsync(HttpContext context, JsonElement body)
    {
        var model = ModelOf(body);
        if (await FailAsync(context) || await UnknownAsync(context, model))
        {
            return;
        }

        var question = body.GetProperty("messages").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last
            ? last.GetProperty("content").GetString() ?? ""
            : "";
        var text = Answer ?? (body.TryGetProperty("format", out var format) && format.ValueKind != JsonValueKind.Null
            ? JsonSerializer.Serialize(Fill(format.ValueKind == JsonValueKind.Object ? format : default, "stub"))
            : $"You asked: {question}");
        // A stream is what Ollama does unless told otherwise.
        if (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.False)
        {
            await JsonAsync(context, Line(Done(model, text, question)));
            return;
        }

        await StreamAsync(context, "application/x-ndjson", ChatLines(model, text, question));
    }

    private IEnumerable<string> ChatLines(string model, string text, string question)
    {
        for (var start = 0; start < text.Length; start += 8)
        {
            var content = text.Substring(start, Math.Min(8, text.Length - start));
            yield return Line(new { model, created_at = Time, message = new { role = "assistant", content }, done = false });
            if (ErrorAmidStream is { } error)
            {
                yield return Line(new { error });
                yield break;
            }
        }

        yield return Line(Done(model, "", question));
    }

    private static object Done(string model, string content, string question) => new
    {
        model,
        created_at = Time,
        message = new { role = "assistant", content },
        done_reason = "stop",
        done = true,
        total_duration = 4_883_583_458L,
        load_duration = 1_334_875L,
        prompt_eval_count = 1 + (question.Length / 4),
        prompt_eval_duration = 342_546_000L,
        eval_count = 12,
        eval_duration = 175_000_000L,
    };

    private async Task EmbedAsync(HttpContext context, JsonElement body)
    {
        var model = ModelOf(body);
        if (await FailAsync(context) || await UnknownAsync(context, model))
        {
            return;
        }

        var input = body.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(i => i.GetString()!)] : [input.GetString()!];
        if (texts.Any(text => text.Length > LongestInput))
        {
            await ErrorAsync(context, 400, "the input length exceeds the context length");
            return;
        }

        var embeddings = texts.Select(text => EmbeddingOf(model, text));
        await JsonAsync(context, JsonSerializer.Serialize(new
        {
            model,
            embeddings,
            total_duration = 14_143_917L,
            load_duration = 1_019_500L,
            prompt_eval_count = texts.Sum(t => 1 + (t.Length / 4)),
        }));
    }

    private async Task<bool> UnknownAsync(HttpContext context, string model)
    {
        if (_models.ContainsKey(WithTag(model)))
        {
            return false;
        }

        await ErrorAsync(context, 404, $"model '{model}' not found");
        return true;
    }
}
