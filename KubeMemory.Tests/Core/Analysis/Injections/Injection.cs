using System.Text.Json;

namespace KubeMemory.Tests.Core.Analysis.Injections;

/// <summary>One attempt to speak to the model, of <c>injections.json</c> beside this file.</summary>
/// <param name="Place">Where it stands: log, event, title, pod, image, node, label, annotation or env.</param>
/// <param name="Answer">What a model answers that does exactly what the attempt wants.</param>
/// <param name="Raw">The same where it is no answer of the schema.</param>
/// <param name="Forbidden">What must be in nothing that comes out.</param>
public sealed record Injection(string Name, string Place, string Text, JsonElement? Answer, string? Raw, IReadOnlyList<string> Forbidden)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<Injection> All { get; } =
        JsonSerializer.Deserialize<List<Injection>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Core/Analysis/Injections/injections.json")), Web)!;

    public override string ToString() => Name;
}
