using System.Text.Json;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>What a model answered, its form checked and nothing else.</summary>
internal sealed record ModelAnswer(
    bool Likely,
    bool Agrees,
    string RootCause,
    string Recommendation,
    IReadOnlyList<(string Text, string Command)> Steps,
    IReadOnlyList<string> Prevention,
    double Confidence,
    IReadOnlyList<string> Citations)
{
    private const int MostDepth = 8;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>Null where it is not of the schema; then <paramref name="wrong"/> is a sentence that holds nothing of the answer.</summary>
    public static ModelAnswer? Read(string text, out string wrong)
    {
        try
        {
            using var document = JsonDocument.Parse(ObjectIn(text), Options);
            return Read(document.RootElement, out wrong);
        }
        catch (JsonException)
        {
            wrong = "it was not one complete JSON object and nothing else.";
            return null;
        }
    }

    private static ModelAnswer? Read(JsonElement root, out string wrong)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            wrong = "it was not a JSON object.";
            return null;
        }

        var verdict = Text(root, "verdict");
        var cause = Text(root, "root_cause");
        var citations = Texts(root, "citations");
        wrong = verdict is null ? "\"verdict\" was not a text."
            : cause is null ? "\"root_cause\" was not a text."
            : citations is null ? "\"citations\" was not a list of texts."
            : !IsOf(root, "steps", JsonValueKind.Array) || !IsOf(root, "prevention", JsonValueKind.Array) ? "\"steps\" and \"prevention\" must be lists."
            : "";
        if (wrong.Length > 0)
        {
            return null;
        }

        return new(
            // "confirmed" is not for a model to say.
            Likely: verdict!.ToLowerInvariant() is "likely" or "confirmed" or "probable",
            Agrees: !root.TryGetProperty("agrees", out var agrees) || agrees.ValueKind != JsonValueKind.False,
            cause!,
            Text(root, "recommendation") ?? "",
            StepsOf(root),
            Texts(root, "prevention") ?? [],
            root.TryGetProperty("confidence", out var confidence) && confidence.ValueKind == JsonValueKind.Number && confidence.TryGetDouble(out var number) ? number : 0,
            citations!);
    }

    // Models that think aloud, or fence what they say, do so around the object.
    private static string ObjectIn(string text)
    {
        var thought = text.LastIndexOf("</think>", StringComparison.OrdinalIgnoreCase);
        var answer = (thought < 0 ? text : text[(thought + 8)..]).Trim();
        if (answer.StartsWith("```", StringComparison.Ordinal) && answer.EndsWith("```", StringComparison.Ordinal) && answer.IndexOf('\n', StringComparison.Ordinal) is > 0 and var line)
        {
            answer = answer[line..^3].Trim();
        }

        return answer;
    }

    private static List<(string Text, string Command)> StepsOf(JsonElement root)
    {
        var steps = new List<(string Text, string Command)>();
        if (root.TryGetProperty("steps", out var list))
        {
            foreach (var step in list.EnumerateArray())
            {
                if (step.ValueKind == JsonValueKind.Object && Text(step, "text") is { } text)
                {
                    steps.Add((text, Text(step, "command") ?? ""));
                }
            }
        }

        return steps;
    }

    private static bool IsOf(JsonElement root, string name, JsonValueKind kind) => !root.TryGetProperty(name, out var value) || value.ValueKind == kind;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<string>? Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(one => one.GetString()!)]
            : null;
}
