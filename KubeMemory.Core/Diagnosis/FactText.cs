using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis;

/// <summary>Texts of signatures with the facts of a case put in.</summary>
internal static partial class FactText
{
    /// <summary>Sentences in square brackets fall away where a fact of theirs is missing.</summary>
    public static string Render(string text, IReadOnlyDictionary<string, string> facts)
    {
        var kept = Optional().Replace(text, part => HasAll(part.Groups[1].Value, facts) ? part.Groups[1].Value : "");
        return Blanks().Replace(Fill(kept, facts), " ").Trim();
    }

    /// <summary>Steps with a missing fact fall away.</summary>
    public static IReadOnlyList<SignatureStep> Render(IReadOnlyList<SignatureStep> steps, IReadOnlyDictionary<string, string> facts) =>
    [
        .. steps.Where(step => HasAll(step.Text, facts) && HasAll(step.Command ?? "", facts))
            .Select(step => step with { Text = Fill(step.Text, facts), Command = step.Command is { } command ? Fill(command, facts) : null }),
    ];

    private static bool HasAll(string text, IReadOnlyDictionary<string, string> facts) =>
        Fact().Matches(text).All(match => facts.ContainsKey(match.Groups[1].Value));

    private static string Fill(string text, IReadOnlyDictionary<string, string> facts) =>
        Fact().Replace(text, match => facts.GetValueOrDefault(match.Groups[1].Value, "?"));

    [GeneratedRegex(@"\[([^\[\]]*)\]")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Fact();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Blanks();
}
