using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using KubeMemory.Tests.EndToEnd.Telemetry.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Telemetry;

/// <summary>A collector that takes OTLP over HTTP in protobuf, as the specification has it, and keeps every span and log record.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly WebApplication _app;
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<(string Service, string Scope, string Body)> _logs = [];
    private readonly ConcurrentQueue<byte[]> _bodies = [];
    private readonly SemaphoreSlim _news = new(0);

    private OtlpCollector(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", ReceiveTracesAsync);
        app.MapPost("/v1/logs", ReceiveLogsAsync);
        app.MapPost("/v1/metrics", ReceiveMetricsAsync);
    }

    /// <summary>What sends a program's telemetry here, soon.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.First()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
    ];

    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    public IReadOnlyList<(string Service, string Scope, string Body)> Logs
    {
        get
        {
            lock (_logs)
            {
                return [.. _logs];
            }
        }
    }

    /// <summary>Everything that came, as it came: spans with their events, log records with their attributes, metrics.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _bodies];

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var collector = new OtlpCollector(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Waits until what has come is as wanted.</summary>
    public async Task<IReadOnlyList<ReceivedSpan>> WaitAsync(Func<IReadOnlyList<ReceivedSpan>, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var spans = Spans;
            if (wanted(spans))
            {
                return spans;
            }

            try
            {
                await _news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The spans never were as wanted; these came:\n" + string.Join('\n', Spans.OrderBy(span => span.Start)));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _news.Dispose();
    }

    private async Task<IResult> ReceiveTracesAsync(HttpRequest request)
    {
        var export = ExportTraceServiceRequest.Parser.ParseFrom(await ReadAsync(request));
        lock (_spans)
        {
            foreach (var resource in export.ResourceSpans)
            {
                foreach (var scope in resource.ScopeSpans)
                {
                    _spans.AddRange(scope.Spans.Select(span => ReceivedSpan.Of(TextsOf(resource.Resource.Attributes), scope.Scope.Name, span)));
                }
            }
        }

        _news.Release();
        return Results.Bytes([], "application/x-protobuf");
    }

    private async Task<IResult> ReceiveLogsAsync(HttpRequest request)
    {
        var export = ExportLogsServiceRequest.Parser.ParseFrom(await ReadAsync(request));
        lock (_logs)
        {
            foreach (var resource in export.ResourceLogs)
            {
                var service = TextsOf(resource.Resource.Attributes)["service.name"];
                foreach (var scope in resource.ScopeLogs)
                {
                    _logs.AddRange(scope.LogRecords.Select(record => (service, scope.Scope.Name, record.Body.StringValue)));
                }
            }
        }

        _news.Release();
        return Results.Bytes([], "application/x-protobuf");
    }

    private async Task<IResult> ReceiveMetricsAsync(HttpRequest request)
    {
        await ReadAsync(request);
        return Results.Bytes([], "application/x-protobuf");
    }

    private async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var bytes = body.ToArray();
        _bodies.Enqueue(bytes);
        return bytes;
    }

    internal static Dictionary<string, string> TextsOf(IEnumerable<KeyValue> attributes) => attributes.ToDictionary(
        attribute => attribute.Key,
        attribute => attribute.Value.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => attribute.Value.StringValue,
            AnyValue.ValueOneofCase.IntValue => attribute.Value.IntValue.ToString(CultureInfo.InvariantCulture),
            AnyValue.ValueOneofCase.BoolValue => attribute.Value.BoolValue.ToString(),
            AnyValue.ValueOneofCase.DoubleValue => attribute.Value.DoubleValue.ToString(CultureInfo.InvariantCulture),
            _ => "",
        });
}

/// <summary>A span as it arrived; ids in hexadecimal.</summary>
/// <param name="Resource">What is said of the process.</param>
/// <param name="ParentId">Empty for a root.</param>
internal sealed record ReceivedSpan(
    IReadOnlyDictionary<string, string> Resource,
    string Source,
    string TraceId,
    string Id,
    string ParentId,
    string Name,
    int Kind,
    ulong Start,
    ulong End,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<(string TraceId, string Id)> Links,
    Status? Status)
{
    public string Service => Resource["service.name"];

    public static ReceivedSpan Of(IReadOnlyDictionary<string, string> resource, string source, Span span) => new(
        resource,
        source,
        Hex(span.TraceId),
        Hex(span.SpanId),
        Hex(span.ParentSpanId),
        span.Name,
        span.Kind,
        span.StartTimeUnixNano,
        span.EndTimeUnixNano,
        OtlpCollector.TextsOf(span.Attributes),
        [.. span.Links.Select(link => (Hex(link.TraceId), Hex(link.SpanId)))],
        span.Status);

    public override string ToString() =>
        $"{TraceId} {Service} {Name} {Id} < {ParentId} links {Links.Count} {string.Join(' ', Tags.Select(tag => $"{tag.Key}={tag.Value}"))}";

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);
}
