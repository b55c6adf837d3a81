using System.Text.Json;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

/// <summary>What a required node affinity asks for, from the text of the pod's spec.</summary>
/// <remarks>
/// <code>affinity: {"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["b"]}]}]}}}</code>
/// </remarks>
internal static class NodeAffinityTerm
{
    private const string Opening = "affinity: ";

    /// <summary>Adds the fact <c>term</c> where it is to be seen.</summary>
    public static IReadOnlyDictionary<string, string> AddTo(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var line = SchedulerCause.SpecOf(incident)?.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(l => l.StartsWith(Opening, StringComparison.Ordinal));
        return line is not null && Read(line[Opening.Length..]) is { Length: > 0 } term
            ? new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["term"] = term }
            : facts;
    }

    private static string? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var terms = Child(Child(Child(document.RootElement, "nodeAffinity"), "requiredDuringSchedulingIgnoredDuringExecution"), "nodeSelectorTerms");
            var expressions = Items(terms).SelectMany(term => Items(Child(term, "matchExpressions"))).Select(Words).OfType<string>();
            return string.Join(" and ", expressions);
        }
        catch (JsonException)
        {
            // Cut off where the evidence was: then the term is not named.
            return null;
        }
    }

    private static string? Words(JsonElement expression) =>
        Child(expression, "key") is { ValueKind: JsonValueKind.String } key && Child(expression, "operator") is { ValueKind: JsonValueKind.String } by
            ? $"{key.GetString()} {by.GetString()} {string.Join(", ", Items(Child(expression, "values")).Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()))}".TrimEnd()
            : null;

    private static JsonElement? Child(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var child) ? child : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
}
