using System.Collections.Frozen;

namespace KubeMemory.Core.Analysis.Commands;

/// <summary>What may be done with a command that a language model proposes.</summary>
internal enum CommandUse
{
    /// <summary>It looks only.</summary>
    Read,

    /// <summary>It changes something in the cluster.</summary>
    Change,

    /// <summary>It is real, and not taken.</summary>
    Never,
}

/// <param name="Name">Like <c>rollout undo</c>.</param>
/// <param name="Flags">By every form that they have: <c>-o</c> and <c>--output</c> are one.</param>
internal sealed record KubectlCommand(string Name, CommandUse Use, FrozenDictionary<string, KubectlFlag> Flags);

/// <param name="Name">The long form, like <c>--output</c>.</param>
internal sealed record KubectlFlag(string Name, bool TakesValue);

/// <summary>The commands and flags that kubectl has, from <c>kubectl.txt</c> beside this file.</summary>
internal static class KubectlTable
{
    private const string Everywhere = "*";

    private static readonly FrozenDictionary<string, KubectlCommand> Commands = Read();

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyCollection<KubectlCommand> All => Commands.Values;

    /// <summary>The command that the words begin with, the longest name first; null where kubectl has none such.</summary>
    public static KubectlCommand? Find(ReadOnlySpan<string> words)
    {
        for (var count = Math.Min(3, words.Length); count > 0; count--)
        {
            if (Commands.GetValueOrDefault(string.Join(' ', words[..count].ToArray()).Replace("top pods", "top pod", StringComparison.Ordinal).Replace("top nodes", "top node", StringComparison.Ordinal)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static FrozenDictionary<string, KubectlCommand> Read()
    {
        using var stream = typeof(KubectlTable).Assembly.GetManifestResourceStream("Commands/kubectl.txt")
            ?? throw new InvalidOperationException("The table of kubectl's commands is not in the program.");
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(':', 2))
            .ToList();
        var everywhere = Flags(lines.Single(line => line[0].Trim() == Everywhere)[1]).ToList();
        return lines.Where(line => line[0].Trim() != Everywhere).Select(line => Command(line[0], [.. Flags(line[1]), .. everywhere])).ToFrozenDictionary(command => command.Name, StringComparer.Ordinal);
    }

    // read rollout history
    private static KubectlCommand Command(string head, IEnumerable<(string Form, KubectlFlag Flag)> flags)
    {
        var words = head.Split(' ', 2);
        return new(words[1], Enum.Parse<CommandUse>(words[0], ignoreCase: true), flags.DistinctBy(flag => flag.Form).ToFrozenDictionary(flag => flag.Form, flag => flag.Flag, StringComparer.Ordinal));
    }

    // -o/--output= --watch
    private static IEnumerable<(string Form, KubectlFlag Flag)> Flags(string text)
    {
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var forms = word.TrimEnd('=').Split('/');
            var flag = new KubectlFlag(forms[^1], word.EndsWith('='));
            foreach (var form in forms)
            {
                yield return (form, flag);
            }
        }
    }
}
