using System.Net;
using System.Text.Json;

namespace KubeMemory.Engines.Models;

/// <summary>
/// What both clients of models lack: an error's text reaches the caller, without a key that it repeats, and a body that has gone mute can
/// be given up (OllamaSharp reads lines without a cancellation token, and HttpClient's own ends with the headers).
/// </summary>
/// <param name="keys">Replaced wherever an endpoint sends them back.</param>
internal sealed class ModelHttpHandler(IReadOnlyList<string> keys) : DelegatingHandler
{
    private const int LongestError = 300;

    private static readonly AsyncLocal<CancellationToken> CurrentDeadline = new();

    /// <summary>Ends every read of a body whose request is sent in this flow of control.</summary>
    public static CancellationToken Deadline
    {
        get => CurrentDeadline.Value;
        set => CurrentDeadline.Value = value;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var deadline = Deadline;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
                throw new HttpRequestException(Sentence(response.StatusCode, text), inner: null, response.StatusCode);
            }
        }

        if (deadline.CanBeCanceled)
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var content = new StreamContent(new DeadlineStream(body, deadline));
            foreach (var header in response.Content.Headers)
            {
                content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            response.Content = content;
        }

        return response;
    }

    private string Sentence(HttpStatusCode status, string body)
    {
        var text = ErrorIn(body);
        foreach (var key in keys)
        {
            text = text.Replace(key, "***", StringComparison.Ordinal);
        }

        text = text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return text.Length == 0 ? $"HTTP {(int)status}" : $"HTTP {(int)status}, {(text.Length > LongestError ? text[..LongestError] + "…" : text)}";
    }

    // Ollama: {"error":"model 'x' not found"}
    // OpenAI: {"error":{"message":"The model `x` does not exist","type":"invalid_request_error","param":null,"code":"model_not_found"}}
    private static string ErrorIn(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error))
            {
                var message = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var inner) ? inner : error;
                return message.ToString();
            }
        }
        catch (JsonException)
        {
            // A proxy's page rather than an answer: its status has to do.
            return "";
        }

        return "";
    }

    private sealed class DeadlineStream(Stream inner, CancellationToken deadline) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
            return await inner.ReadAsync(buffer, linked.Token).ConfigureAwait(false);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
