using System.Buffers;
using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis;

/// <summary>Texts of signatures with the facts of a case put in. Facts come from logs and messages, so anybody may have written them.</summary>
internal static partial class FactText
{
    private const int LongestInCommand = 253;

    // Nothing that a shell reads otherwise than it stands.
    private static readonly SearchValues<char> CommandSafe =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@-");

    /// <summary>Sentences in square brackets fall away where a fact of theirs is missing.</summary>
    public static string Render(string text, IReadOnlyDictionary<string, string> facts)
    {
        var kept = Optional().Replace(text, part => HasAll(part.Groups[1].Value, facts) ? part.Groups[1].Value : "");
        return Blanks().Replace(Fill(kept, facts), " ").Trim();
    }

    /// <summary>Steps with a missing fact fall away, and so do those whose command would carry a fact that a shell could misread.</summary>
    public static IReadOnlyList<SignatureStep> Render(IReadOnlyList<SignatureStep> steps, IReadOnlyDictionary<string, string> facts) =>
    [
        .. steps.Where(step => HasAll(step.Text, facts) && (step.Command is not { } command || (HasAll(command, facts) && IsSafe(command, facts))))
            .Select(step => step with { Text = Fill(step.Text, facts), Command = step.Command is { } command ? Fill(command, facts) : null }),
    ];

    /// <summary>On one line, without what the eye cannot see.</summary>
    public static string Plain(string value) => Redaction.HiddenCharacters.Strip(value).ReplaceLineEndings(" ").Replace('\t', ' ').Trim();

    private static bool HasAll(string text, IReadOnlyDictionary<string, string> facts) =>
        Fact().Matches(text).All(match => facts.ContainsKey(match.Groups[1].Value));

    private static bool IsSafe(string command, IReadOnlyDictionary<string, string> facts) =>
        Fact().Matches(command).Select(match => facts[match.Groups[1].Value]).All(IsSafe);

    // A leading dash would be read as an option.
    private static bool IsSafe(string value) =>
        value.Length is > 0 and <= LongestInCommand && value[0] != '-' && !value.AsSpan().ContainsAnyExcept(CommandSafe);

    private static string Fill(string text, IReadOnlyDictionary<string, string> facts) =>
        Fact().Replace(text, match => facts.GetValueOrDefault(match.Groups[1].Value, "?"));

    [GeneratedRegex(@"\[([^\[\]]*)\]")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Fact();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Blanks();
}
