namespace KubeMemory.Core.Analysis.Commands;

/// <summary>The words behind <c>kubectl</c>, read as kubectl reads them.</summary>
/// <param name="Flags">By their long names.</param>
/// <param name="Arguments">Without the command's own name.</param>
/// <param name="Program">What stands behind <c>--</c>; empty where nothing does.</param>
internal sealed record KubectlCall(
    KubectlCommand Command, IReadOnlyList<(string Name, string? Value)> Flags, IReadOnlyList<string> Arguments, IReadOnlyList<string> Program)
{
    public bool Has(string flag) => Flags.Any(one => one.Name == flag && one.Value != "false");

    public string? ValueOf(string flag) => Flags.LastOrDefault(one => one.Name == flag).Value;

    /// <summary>What it is about, like <c>pod/api-1</c>, <c>pods api-1 api-2</c> or <c>pods,services</c>.</summary>
    public IReadOnlyList<(string Kind, string? Name)> Targets()
    {
        if (Arguments.Count == 0)
        {
            return [];
        }

        if (Arguments.All(one => one.Contains('/', StringComparison.Ordinal)))
        {
            return [.. Arguments.Select(one => one.Split('/', 2)).Select(parts => (CommandScope.SingularOf(parts[0]), (string?)parts[1]))];
        }

        var kinds = Arguments[0].Split(',').Select(CommandScope.SingularOf);
        return Arguments.Count == 1
            ? [.. kinds.Select(kind => (kind, (string?)null))]
            : [.. kinds.SelectMany(kind => Arguments.Skip(1).Select(name => (kind, (string?)name)))];
    }

    /// <summary>Null where kubectl would not take it; then <paramref name="wrong"/> says why.</summary>
    public static KubectlCall? Read(IReadOnlyList<string> words, out string wrong)
    {
        var end = words.ToList().IndexOf("--");
        var own = end < 0 ? [.. words] : words.Take(end).ToList();
        if (KubectlTable.Find([.. WithoutFlags(own).Take(3)]) is not { } command)
        {
            wrong = "A command of kubectl does not exist.";
            return null;
        }

        var flags = new List<(string Name, string? Value)>();
        var arguments = new List<string>();
        for (var at = 0; at < own.Count; at++)
        {
            if (own[at].Length < 2 || own[at][0] != '-')
            {
                arguments.Add(own[at]);
                continue;
            }

            if (!ReadFlag(command, own, ref at, flags))
            {
                wrong = $"kubectl {command.Name} has no such flag.";
                return null;
            }
        }

        wrong = "";
        return new(command, flags, [.. arguments.Skip(command.Name.AsSpan().Count(' ') + 1)], end < 0 ? [] : [.. words.Skip(end + 1)]);
    }

    /// <summary><c>-n shop get pods</c>: what comes before the command may be a flag with a value.</summary>
    private static IEnumerable<string> WithoutFlags(List<string> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (words[at] is "-n" or "--namespace" or "--context" or "--kubeconfig" or "--request-timeout")
            {
                at++;
            }
            else if (!words[at].StartsWith('-'))
            {
                yield return words[at];
            }
        }
    }

    private static bool ReadFlag(KubectlCommand command, List<string> words, ref int at, List<(string Name, string? Value)> flags)
    {
        var word = words[at];
        var sign = word.IndexOf('=', StringComparison.Ordinal);
        var name = sign < 0 ? word : word[..sign];
        if (command.Flags.GetValueOrDefault(name) is { } flag)
        {
            var value = sign >= 0 ? word[(sign + 1)..] : flag.TakesValue ? words.ElementAtOrDefault(++at) : null;
            flags.Add((flag.Name, value));
            return value is not null || !flag.TakesValue;
        }

        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            return false;
        }

        // -nshop and -it
        if (command.Flags.GetValueOrDefault(word[..2]) is { TakesValue: true } joined)
        {
            flags.Add((joined.Name, word[2..]));
            return true;
        }

        foreach (var letter in word.Skip(1))
        {
            if (command.Flags.GetValueOrDefault($"-{letter}") is not { TakesValue: false } one)
            {
                return false;
            }

            flags.Add((one.Name, null));
        }

        return true;
    }
}
