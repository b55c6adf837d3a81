using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Watcher.Informers;

/// <summary>
/// Reads a watch: one JSON object a line. The hot path: lines are parsed where they lie in the pipe's buffers, and all complete
/// lines that a read brought are handed over together.
/// </summary>
/// <example>
/// <code>
/// {"type":"MODIFIED","object":{"kind":"Event","apiVersion":"v1","metadata":{"name":"web-1.17a","namespace":"shop","resourceVersion":"812"},"reason":"BackOff","count":7}}
/// {"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"900"}}}
/// {"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","message":"too old resource version: 5 (812)","code":410}}
/// </code>
/// </example>
internal sealed class WatchLineReader<T>(Stream stream, JsonTypeInfo<T> type) : IAsyncDisposable
    where T : class
{
    /// <summary>etcd takes no object over 1.5 MiB; a line beyond this is no watch.</summary>
    public const int MaxLineBytes = 4 << 20;

    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 128 << 10, minimumReadSize: 32 << 10));

    /// <summary>All complete lines of the next read; null at the end of the stream.</summary>
    /// <exception cref="IOException">The stream broke, or ended within a line.</exception>
    /// <exception cref="JsonException">A line is no JSON.</exception>
    public async ValueTask<IReadOnlyList<WatchChange<T>>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            var changes = ParseLines(ref buffer);
            if (changes is null && buffer.Length > MaxLineBytes)
            {
                throw new IOException($"A line of the watch is longer than {MaxLineBytes >> 20} MiB.");
            }

            _pipe.AdvanceTo(buffer.Start, buffer.End);
            if (changes is not null)
            {
                return changes;
            }

            if (read.IsCompleted)
            {
                return buffer.IsEmpty ? null : throw new IOException("The watch ended within a line.");
            }
        }
    }

    public ValueTask DisposeAsync() => _pipe.CompleteAsync();

    private List<WatchChange<T>>? ParseLines(ref ReadOnlySequence<byte> buffer)
    {
        List<WatchChange<T>>? changes = null;
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (line.Length > 1 || (line.Length == 1 && line.FirstSpan[0] is not (byte)'\r'))
            {
                (changes ??= new List<WatchChange<T>>(64)).Add(ParseLine(line));
            }
        }

        buffer = buffer.Slice(reader.Position);
        return changes;
    }

    private WatchChange<T> ParseLine(in ReadOnlySequence<byte> line)
    {
        var json = line.IsSingleSegment ? new Utf8JsonReader(line.FirstSpan) : new Utf8JsonReader(line);
        var kind = WatchChangeKind.Unreadable;
        Utf8JsonReader body = default;
        var hasBody = false;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            var isObject = json.ValueTextEquals("object"u8);
            json.Read();
            if (isType)
            {
                kind = KindOf(ref json);
                continue;
            }

            if (isObject && kind is not WatchChangeKind.Unreadable)
            {
                // "type" comes first from every API server, so that the object is read in one pass.
                return ParseObject(kind, ref json, line);
            }

            if (isObject)
            {
                body = json;
                hasBody = true;
            }

            json.Skip();
        }

        return hasBody ? ParseObject(kind, ref body, line) : new WatchChange<T>(WatchChangeKind.Unreadable, null);
    }

    private WatchChange<T> ParseObject(WatchChangeKind kind, ref Utf8JsonReader json, in ReadOnlySequence<byte> line)
    {
        try
        {
            return kind switch
            {
                WatchChangeKind.Error => new WatchChange<T>(kind, null, JsonSerializer.Deserialize(ref json, KubeJsonContext.Default.KubeStatus)),
                WatchChangeKind.Unreadable => new WatchChange<T>(kind, null),
                _ => JsonSerializer.Deserialize(ref json, type) is { } obj
                    ? new WatchChange<T>(kind, obj)
                    : new WatchChange<T>(WatchChangeKind.Unreadable, null),
            };
        }
        catch (JsonException) when (IsWellFormed(line))
        {
            // One strange object must not stop the watch of all others; the informer counts and logs it.
            return new WatchChange<T>(WatchChangeKind.Unreadable, null);
        }
    }

    private static WatchChangeKind KindOf(ref Utf8JsonReader json) => json.TokenType != JsonTokenType.String ? WatchChangeKind.Unreadable
        : json.ValueTextEquals("MODIFIED"u8) ? WatchChangeKind.Modified
        : json.ValueTextEquals("ADDED"u8) ? WatchChangeKind.Added
        : json.ValueTextEquals("DELETED"u8) ? WatchChangeKind.Deleted
        : json.ValueTextEquals("BOOKMARK"u8) ? WatchChangeKind.Bookmark
        : json.ValueTextEquals("ERROR"u8) ? WatchChangeKind.Error
        : WatchChangeKind.Unreadable;

    private static bool IsWellFormed(in ReadOnlySequence<byte> line)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            while (json.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
