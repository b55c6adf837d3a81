using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KubeMemory.Simulator.Captures;

/// <summary>
/// Reads YAML as the API server's own emitter means it. A plain scalar is a number or a truth value only where YAML 1.1 and 1.2
/// agree; everything else (<c>1e3</c>, <c>0o17</c>, <c>12:30:45</c>, a timestamp, <c>yes</c>) stays the string that it is in JSON.
/// </summary>
internal sealed partial class YamlDocuments
{
    private readonly IParser _parser;
    private readonly CaptureLimits _limits;
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _aliasedValues;

    private YamlDocuments(IParser parser, CaptureLimits limits) => (_parser, _limits) = (parser, limits);

    // ---
    // # {"time":"2024-03-05T08:12:44.1Z","style":"event","kind":"Event"}
    // apiVersion: v1
    // kind: Event
    // count: 1
    // firstTimestamp: "2024-03-05T08:12:44Z"
    // ---
    // …
    public static IReadOnlyList<JsonNode?> Parse(string name, string text, CaptureLimits limits)
    {
        var documents = new List<JsonNode?>();
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            while (!parser.TryConsume<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                documents.Add(new YamlDocuments(parser, limits).Value(0));
                parser.Consume<DocumentEnd>();
            }
        }
        catch (YamlException e)
        {
            throw new CaptureException($"{name} is damaged: it is not valid YAML at line {e.Start.Line}, column {e.Start.Column}.", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet's scanner gives up on some damaged texts with exceptions that are not its own.
            throw new CaptureException($"{name} is damaged: it is not valid YAML after line {parser.Current?.End.Line ?? 1}.", e);
        }
        catch (LimitException e)
        {
            throw new CaptureException($"{name} cannot be read: {e.Message}", e);
        }

        return documents;
    }

    private JsonNode? Value(int depth)
    {
        if (depth > _limits.MaxDepth)
        {
            throw new LimitException($"it is nested deeper than {_limits.MaxDepth} levels at line {_parser.Current?.Start.Line}.");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Repeat(alias, depth);
        }

        var anchor = (_parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        var value = _parser.Current switch
        {
            MappingStart => Mapping(depth),
            SequenceStart => Sequence(depth),
            _ => Scalar(_parser.Consume<Scalar>()),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = value;
        }

        return value;
    }

    private JsonObject Mapping(int depth)
    {
        var mapping = new JsonObject();
        _parser.Consume<MappingStart>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            if (mapping.ContainsKey(key.Value))
            {
                throw new SemanticErrorException(key.Start, key.End, "A key stands twice.");
            }

            mapping[key.Value] = Value(depth + 1);
        }

        return mapping;
    }

    private JsonArray Sequence(int depth)
    {
        var sequence = new JsonArray();
        _parser.Consume<SequenceStart>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            sequence.Add(Value(depth + 1));
        }

        return sequence;
    }

    private JsonNode? Repeat(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var anchored))
        {
            throw new SemanticErrorException(alias.Start, alias.End, "An alias has no anchor.");
        }

        Count(anchored, depth);
        return anchored?.DeepClone();
    }

    /// <summary>Counts before anything is copied: nested aliases grow with every level ("billion laughs"), in width and in depth.</summary>
    private void Count(JsonNode? repeated, int depth)
    {
        if (++_aliasedValues > _limits.MaxAliasedValues || depth > _limits.MaxDepth)
        {
            throw new LimitException("its aliases repeat more than any capture does.");
        }

        if (repeated is JsonObject mapping)
        {
            foreach (var (_, value) in mapping)
            {
                Count(value, depth + 1);
            }
        }
        else if (repeated is JsonArray sequence)
        {
            foreach (var value in sequence)
            {
                Count(value, depth + 1);
            }
        }
    }

    private static JsonNode? Scalar(Scalar scalar) => scalar switch
    {
        { Style: not ScalarStyle.Plain } => JsonValue.Create(scalar.Value),
        { Value: "" or "~" or "null" or "Null" or "NULL" } => null,
        { Value: "true" or "True" or "TRUE" } => JsonValue.Create(true),
        { Value: "false" or "False" or "FALSE" } => JsonValue.Create(false),
        _ when Number().IsMatch(scalar.Value) => JsonNode.Parse(scalar.Value),
        _ => JsonValue.Create(scalar.Value),
    };

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?\z")]
    private static partial Regex Number();

    private sealed class LimitException(string message) : Exception(message);
}
