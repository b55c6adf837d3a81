using System.Buffers;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// Facts come from logs and names that anybody may have written; a command with such a fact in it is copied into a shell. Where a fact holds what a
/// shell would obey, its step stays without the command.
/// </summary>
internal static class CommandGuard
{
    // Letters, digits and marks that mean nothing to a shell outside quotes.
    private static readonly SearchValues<char> Harmless = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:@=,+%");

    public static IReadOnlyList<SignatureStep> StepsOf(Finding finding)
    {
        var suspect = finding.Facts.Values.Where(value => value.AsSpan().ContainsAnyExcept(Harmless) || value.StartsWith('-')).ToList();
        return [.. finding.Steps.Select(step => step.Command is { } command && suspect.Exists(fact => command.Contains(fact, StringComparison.Ordinal)) ? step with { Command = null } : step)];
    }

    /// <summary>Words of harmless characters and blanks between them.</summary>
    public static bool IsPlain(string command) => command.Split(' ').All(word => !word.AsSpan().ContainsAnyExcept(Harmless));
}
