using System.Text;
using System.Text.Json;

namespace KubeMemory.Core.Diagnosis.Logs;

/// <summary>A line that is JSON or logfmt, as the text that a person would have written: message first, then errors, then the rest.</summary>
internal static class StructuredLog
{
    private const int Deepest = 5;
    private const int LongestText = 16 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowTrailingCommas = true };

    private static readonly string[] LevelKeys = ["level", "severity", "lvl", "loglevel", "log.level", "levelname", "level_name", "@l", "severity_text", "s"];
    private static readonly string[] MessageKeys = ["message", "msg", "@m", "@mt", "renderedmessage", "short_message", "text", "event", "log", "body"];

    internal sealed record Entry(string Text, LineLevel? Level);

    /// <summary>Null where it is neither.</summary>
    public static Entry? Read(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length > 1 && trimmed[0] == '{' && trimmed[1] is '"' or ' ' or '}')
        {
            return Parsed(trimmed.ToString()) ?? new Entry(Unescaped(text), LevelIn(text));
        }

        // time=… level=error msg="…" err="lookup \"db\": no such host"
        // Database(PgDatabaseError { message: "relation \"users\" does not exist", … })
        return text.Contains("\\\"", StringComparison.Ordinal) || (text.Contains("=\"", StringComparison.Ordinal) && text.Contains('\\', StringComparison.Ordinal))
            ? new Entry(Unescaped(text), null)
            : null;
    }

    /// <summary>What the container wrote, of a line in dockerd's own file.</summary>
    public static string? DockerLog(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Options);
            return json.RootElement.TryGetProperty("log", out var log) && json.RootElement.TryGetProperty("stream", out _) && log.ValueKind == JsonValueKind.String
                ? log.GetString()
                : null;
        }
        catch (JsonException)
        {
            // Cut off, or not his after all: read as it stands.
            return null;
        }
    }

    private static Entry? Parsed(string text, int depth = 0)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Options);
            var reading = new Reading();
            reading.AddAll(json.RootElement, depth);
            return new Entry(reading.Text, reading.Level);
        }
        catch (JsonException)
        {
            // Cut off: the caller reads it as text.
            return null;
        }
    }

    private sealed class Reading
    {
        private readonly StringBuilder _message = new();
        private readonly StringBuilder _rest = new();

        public LineLevel? Level { get; private set; }

        public string Text => _message.Length == 0 ? _rest.ToString().TrimStart() : _message.Append(_rest).ToString();

        public void AddAll(JsonElement element, int depth)
        {
            foreach (var property in element.EnumerateObject())
            {
                var key = property.Name.ToLowerInvariant();
                if (Level is null && Array.IndexOf(LevelKeys, key) >= 0 && LevelOf(property.Value) is { } level)
                {
                    Level = level;
                }
                else if (_message.Length + _rest.Length < LongestText)
                {
                    Add(property.Value, key, depth);
                }
            }
        }

        private void Add(JsonElement value, string key, int depth)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object when depth < Deepest:
                    AddAll(value, depth + 1);
                    break;
                case JsonValueKind.Array when depth < Deepest:
                    foreach (var item in value.EnumerateArray())
                    {
                        Add(item, key, depth + 1);
                    }

                    break;
                case JsonValueKind.String:
                    AddText(value.GetString() ?? "", key, depth);
                    break;
                case JsonValueKind.Number:
                    _rest.Append(' ').Append(key).Append('=').Append(value.GetRawText());
                    break;
            }
        }

        private void AddText(string text, string key, int depth)
        {
            text = text.TrimEnd();
            if (Array.IndexOf(MessageKeys, key) >= 0)
            {
                // A message that is itself a structured log: an application's, wrapped by a shipper.
                if (depth < Deepest && text.StartsWith('{') && Parsed(text, depth + 1) is { } inner)
                {
                    Level = inner.Level ?? Level;
                    text = inner.Text;
                }

                (depth == 0 ? _message : _rest).Append(_message.Length > 0 ? ": " : "").Append(text);
            }
            else if (text.Contains('\n', StringComparison.Ordinal))
            {
                // A stack trace begins a line.
                _rest.Append('\n').Append(text);
            }
            else if (text.Length > 0)
            {
                _rest.Append(' ').Append(key).Append('=').Append(text);
            }
        }
    }

    private static LineLevel? LevelOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => OfWord(value.GetString()!),
        JsonValueKind.Number when value.TryGetInt32(out var number) => OfNumber(number),
        _ => null,
    };

    // zap, zerolog, logrus, slog, Serilog, log4j, python-json-logger, MongoDB ("E")
    private static LineLevel? OfWord(string word) => word.ToLowerInvariant() switch
    {
        "fatal" or "panic" or "dpanic" or "critical" or "crit" or "emergency" or "emerg" or "alert" or "severe" or "f" => LineLevel.Fatal,
        "error" or "err" or "e" => LineLevel.Error,
        "warn" or "warning" or "w" => LineLevel.Warning,
        "info" or "information" or "debug" or "trace" or "verbose" or "notice" or "default" or "i" or "log" => LineLevel.Neutral,
        _ => null,
    };

    // pino and bunyan count 10 to 60, Monolog 100 to 600, syslog (GELF) 7 to 0.
    private static LineLevel? OfNumber(int number) => number switch
    {
        >= 0 and <= 2 => LineLevel.Fatal,
        3 => LineLevel.Error,
        4 => LineLevel.Warning,
        < 10 => LineLevel.Neutral,
        >= 500 and <= 600 or >= 60 and < 100 => LineLevel.Fatal,
        >= 400 and < 500 or >= 50 and < 60 => LineLevel.Error,
        >= 300 and < 400 or >= 40 and < 50 => LineLevel.Warning,
        _ => LineLevel.Neutral,
    };

    // {"level":"fatal","msg":"cannot conn…   (cut off)
    private static LineLevel? LevelIn(string text)
    {
        var at = text.IndexOf("\"level\":\"", StringComparison.OrdinalIgnoreCase);
        var end = at < 0 ? -1 : text.IndexOf('"', at + 9);
        return end < 0 ? null : OfWord(text[(at + 9)..end]);
    }

    private static string Unescaped(string text) =>
        text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", " ", StringComparison.Ordinal);
}
