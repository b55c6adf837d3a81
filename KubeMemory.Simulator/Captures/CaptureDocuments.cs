using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace KubeMemory.Simulator.Captures;

/// <summary>Reads the documents of one JSON or YAML file: one value, or several one after the other.</summary>
internal static class CaptureDocuments
{
    /// <exception cref="CaptureException">The file is damaged; the message names it and the position.</exception>
    public static IReadOnlyList<JsonNode?> Parse(string name, byte[] content, CaptureLimits limits)
    {
        var text = ToUtf8(content);
        var first = FirstCharacter(text);
        if (first == 0)
        {
            return [];
        }

        var isYaml = Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".yaml" or ".yml" => first is not ('{' or '['),
            ".json" => false,
            _ => first is not ('{' or '['),
        };
        return isYaml ? YamlDocuments.Parse(name, Encoding.UTF8.GetString(text), limits) : ParseJson(name, text, limits);
    }

    // {"kind":"PodList","apiVersion":"v1","items":[…]}        kubectl get pods -A -o json
    // {"kind":"Event",…}\n{"kind":"Event",…}                   kubectl get events -w -o json: one value after the other
    private static List<JsonNode?> ParseJson(string name, byte[] text, CaptureLimits limits)
    {
        var extents = new List<(int Start, int Length)>();
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = limits.MaxDepth });
            var start = 0;
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                {
                    start = (int)reader.TokenStartIndex;
                }

                CheckText(name, ref reader);
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                {
                    extents.Add((start, (int)reader.BytesConsumed - start));
                }
            }
        }
        catch (JsonException e)
        {
            throw Damaged(name, e, linesBefore: 0);
        }

        var options = new JsonDocumentOptions { MaxDepth = limits.MaxDepth, AllowDuplicateProperties = false };
        var documents = new List<JsonNode?>(extents.Count);
        foreach (var (start, length) in extents)
        {
            try
            {
                documents.Add(JsonNode.Parse(text.AsSpan(start, length), documentOptions: options));
            }
            catch (JsonException e)
            {
                throw Damaged(name, e, text.AsSpan(0, start).Count((byte)'\n'));
            }
        }

        return documents;
    }

    /// <summary>Half of a surrogate pair passes as JSON, and would throw where the text is first used.</summary>
    private static void CheckText(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return;
        }

        try
        {
            if (reader.ValueIsEscaped)
            {
                reader.GetString();
            }
            else if (!Utf8.IsValid(reader.ValueSpan))
            {
                throw new CaptureException($"{name} is damaged: its text is not valid UTF-8 near byte {reader.TokenStartIndex + 1}.");
            }
        }
        catch (InvalidOperationException e)
        {
            throw new CaptureException($"{name} is damaged: its text is not valid Unicode near byte {reader.TokenStartIndex + 1}.", e);
        }
    }

    private static CaptureException Damaged(string name, JsonException e, int linesBefore) => new(
        $"{name} is damaged: it is not valid JSON at line {(e.LineNumber ?? 0) + linesBefore + 1}, byte {(e.BytePositionInLine ?? 0) + 1}.", e);

    /// <summary>PowerShell's <c>&gt;</c> writes UTF-16 with a mark; editors on Windows write UTF-8 with one.</summary>
    private static byte[] ToUtf8(byte[] content) => content switch
    {
        [0xEF, 0xBB, 0xBF, ..] => content[3..],
        [0xFF, 0xFE, ..] => Encoding.Convert(Encoding.Unicode, Encoding.UTF8, content, 2, content.Length - 2),
        [0xFE, 0xFF, ..] => Encoding.Convert(Encoding.BigEndianUnicode, Encoding.UTF8, content, 2, content.Length - 2),
        _ => content,
    };

    private static char FirstCharacter(byte[] text)
    {
        foreach (var b in text)
        {
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return (char)b;
            }
        }

        return '\0';
    }
}
