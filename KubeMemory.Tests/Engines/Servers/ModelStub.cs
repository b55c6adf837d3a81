using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>A request that a stub got.</summary>
/// <param name="Path">Like <c>/api/chat</c>.</param>
/// <param name="Body">Undefined where there was none.</param>
/// <param name="Authorization">The header as it came; null where there was none.</param>
internal sealed record ModelRequest(string Path, JsonElement Body, string? Authorization);

/// <summary>
/// A server of models without models, over real HTTP on a free port. It can be stopped and started again on the same port, and be made to
/// fail in the ways that real ones do. All switches may be turned while it runs.
/// </summary>
internal abstract class ModelStub : IAsyncDisposable
{
    private readonly ConcurrentQueue<ModelRequest> _requests = [];
    private CancellationTokenSource _stopping = new();
    private WebApplication? _app;

    /// <summary>On 127.0.0.1; the same after a restart.</summary>
    public int Port { get; private set; }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>In the order in which they came, since the first start or <see cref="ClearRequests"/>.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>Every question that needs a model is answered with this status and <see cref="FaultText"/>; null ends it.</summary>
    public int? FaultStatus { get; set; }

    public string FaultText { get; set; } = "something went wrong";

    /// <summary>Answers stop half-way: a stream after its first piece, anything else amid its body.</summary>
    public bool BreakOff { get; set; }

    /// <summary>Takes questions and never answers them.</summary>
    public bool Mute { get; set; }

    /// <summary>Sends the first piece of a stream and nothing more.</summary>
    public bool MuteAfterFirst { get; set; }

    /// <summary>Before every answer that needs a model.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What the language model says; null makes it up from the question, or from the schema that was asked for.</summary>
    public string? Answer { get; set; }

    /// <summary>Of the embeddings.</summary>
    public int Dimensions { get; set; } = 64;

    /// <summary>Texts with more characters are refused as too long; null takes all.</summary>
    public int? LongestInput { get; set; }

    public abstract string ConnectionString(string model);

    /// <summary>Ends every connection, those amid an answer too, and frees the port.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await _stopping.CancelAsync();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    /// <summary>On the same port as before.</summary>
    public Task StartAgainAsync() => _app is null ? ListenAsync() : throw new InvalidOperationException("It runs.");

    public void ClearRequests() => _requests.Clear();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task ListenAsync()
    {
        _stopping.Dispose();
        _stopping = new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, listen => listen.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        Port = new Uri(_app.Urls.Single()).Port;
    }

    /// <summary>Answers one request of the protocol.</summary>
    protected abstract Task AnswerAsync(HttpContext context, string path, JsonElement body);

    /// <summary>The protocol's form of an error.</summary>
    protected abstract string ErrorBody(string text);

    /// <summary>The faults that were asked for; true where one of them has answered already.</summary>
    protected async Task<bool> FailAsync(HttpContext context)
    {
        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay, TimeProvider.System, context.RequestAborted);
        }

        if (Mute)
        {
            await SilenceAsync(context);
        }

        if (FaultStatus is not { } status)
        {
            return false;
        }

        await ErrorAsync(context, status, FaultText);
        return true;
    }

    protected Task ErrorAsync(HttpContext context, int status, string text) => JsonAsync(context, ErrorBody(text), status);

    protected async Task JsonAsync(HttpContext context, string json, int status = 200)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        if (BreakOff && status == 200)
        {
            await PieceAsync(context, bytes.AsMemory(0, bytes.Length / 2));
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>One piece after the other, each at once.</summary>
    protected async Task StreamAsync(HttpContext context, string contentType, IEnumerable<string> pieces)
    {
        context.Response.ContentType = contentType;
        foreach (var piece in pieces)
        {
            await PieceAsync(context, Encoding.UTF8.GetBytes(piece));
            if (MuteAfterFirst)
            {
                await SilenceAsync(context);
            }

            if (BreakOff)
            {
                context.Abort();
                return;
            }
        }
    }

    protected static async Task PieceAsync(HttpContext context, ReadOnlyMemory<byte> piece)
    {
        await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>The same text at the same model gives the same vector; texts that share words are near, another model's vectors are unlike.</summary>
    protected float[] EmbeddingOf(string model, string text)
    {
        var vector = new float[Dimensions];
        foreach (var word in text.ToLowerInvariant().Split([' ', '\n', '\t', ',', '.', ':', ';', '"', '(', ')', '/', '='], StringSplitOptions.RemoveEmptyEntries))
        {
            var hash = 2166136261u;
            foreach (var unit in model + "|" + word)
            {
                hash = (hash ^ unit) * 16777619;
            }

            hash ^= hash >> 15;
            hash *= 2246822519;
            hash ^= hash >> 13;
            vector[hash % (uint)Dimensions] += (hash & 0x80000000) == 0 ? 1 : -1;
        }

        var length = MathF.Sqrt(vector.Sum(v => v * v));
        if (length == 0)
        {
            vector[0] = 1;
            return vector;
        }

        return Array.ConvertAll(vector, v => v / length);
    }

    /// <summary>Something that fits the schema, like a model that was held to it.</summary>
    protected static object? Fill(JsonElement schema, string text)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return text;
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            return values[0];
        }

        var type = schema.TryGetProperty("type", out var t) ? t.ValueKind == JsonValueKind.Array ? t[0].GetString() : t.GetString() : "object";
        return type switch
        {
            "object" when schema.TryGetProperty("properties", out var properties) =>
                properties.EnumerateObject().ToDictionary(p => p.Name, p => Fill(p.Value, text)),
            "object" => new Dictionary<string, object?>(),
            "array" => schema.TryGetProperty("items", out var items) ? new[] { Fill(items, text) } : [],
            "integer" => 1,
            "number" => 0.5,
            "boolean" => true,
            "null" => null,
            _ => text,
        };
    }

    private async Task SilenceAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token);
    }

    private async Task HandleAsync(HttpContext context)
    {
        // Kestrel waits for answers under way when it stops; an outage does not.
        using var stop = _stopping.Token.Register(context.Abort);
        var body = default(JsonElement);
        try
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
                body = json.RootElement.Clone();
            }

            var path = context.Request.Path.Value!;
            _requests.Enqueue(new(path, body, context.Request.Headers.Authorization));
            await AnswerAsync(context, path, body);
        }
        catch (JsonException e)
        {
            await ErrorAsync(context, 400, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or this server goes.
            context.Abort();
        }
    }
}
