namespace KubeMemory.Core.Analysis.Commands;

/// <summary>What became of a command.</summary>
/// <param name="Command">As it may be shown; null where there is none.</param>
/// <param name="Changes">It changes something in the cluster.</param>
/// <param name="Refused">Why it is not taken, a sentence for the log; null where it is.</param>
internal sealed record ScreenedCommand(string? Command, bool Changes, string? Refused)
{
    public static ScreenedCommand None { get; } = new(null, false, null);

    public static ScreenedCommand No(string why) => new(null, false, why);
}

/// <summary>
/// Lets through what a language model may tell a person to type: one known program, with flags that it has, about this incident. Whatever is
/// not known to be harmless is refused; a step that is lost costs less than one that should not have been there.
/// </summary>
internal sealed class CommandScreen(CommandScope scope)
{
    private readonly KubectlScreen _kubectl = new(scope);

    public ScreenedCommand Screen(string? command)
    {
        var line = (command ?? "").Trim().Trim('`').Trim();
        line = line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..].TrimStart() : line;
        if (line.Length == 0)
        {
            return ScreenedCommand.None;
        }

        if (ShellWords.Of(line) is not [var program, .. var words])
        {
            return ScreenedCommand.No("A command was more than one program with plain words.");
        }

        if (words.Exists(word => word.Contains("://", StringComparison.Ordinal) || word.StartsWith("data:", StringComparison.OrdinalIgnoreCase)))
        {
            return ScreenedCommand.No("A command held an address.");
        }

        return program switch
        {
            "kubectl" => _kubectl.Screen(line, words),
            _ => HostCommands.Screen(program, line, words, scope),
        };
    }
}
