using System.Buffers;
using System.Text;

namespace KubeMemory.Core.Analysis.Commands;

/// <summary>One line for a shell as its words. Whatever makes a shell do more than run one program with these words is refused.</summary>
internal static class ShellWords
{
    public const int Longest = 300;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:,=@%+-{}[]*?!");

    // What a shell still obeys between double quotes: $ ` \ and, at a terminal, !.
    private static readonly SearchValues<char> DoubleQuoted = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:,=@%+-{}[]()*?' |<>");

    private static readonly SearchValues<char> NameOfPlaceholder = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._- ");

    /// <summary>The words without their quotes, placeholders like <c>&lt;pod-name&gt;</c> as they stand; null where the line is none that is taken.</summary>
    public static List<string>? Of(string line)
    {
        if (line.Length is 0 or > Longest)
        {
            return null;
        }

        var words = new List<string>();
        var word = new StringBuilder();
        var open = false;
        for (var at = 0; at < line.Length;)
        {
            if (line[at] == ' ')
            {
                Close(words, word, ref open);
                at++;
                continue;
            }

            open = true;
            var taken = line[at] switch
            {
                '\'' => Quoted(line, at, word, null),
                '"' => Quoted(line, at, word, DoubleQuoted),
                '<' => Placeholder(line, at, word),
                _ => Plain.Contains(line[at]) ? One(line, at, word) : 0,
            };
            if (taken == 0)
            {
                return null;
            }

            at += taken;
        }

        Close(words, word, ref open);
        return words;
    }

    /// <summary>Something to fill in: <c>&lt;name&gt;</c>.</summary>
    public static bool IsPlaceholder(string word) => word is ['<', .., '>'] && word.IndexOf('>', StringComparison.Ordinal) == word.Length - 1;

    private static void Close(List<string> words, StringBuilder word, ref bool open)
    {
        if (open)
        {
            words.Add(word.ToString());
            word.Clear();
            open = false;
        }
    }

    private static int One(string line, int at, StringBuilder word)
    {
        word.Append(line[at]);
        return 1;
    }

    private static int Quoted(string line, int at, StringBuilder word, SearchValues<char>? allowed)
    {
        var end = line.IndexOf(line[at], at + 1);
        if (end < 0)
        {
            return 0;
        }

        var inside = line.AsSpan(at + 1, end - at - 1);
        if (allowed is null ? inside.ContainsAnyExceptInRange(' ', '~') : inside.ContainsAnyExcept(allowed))
        {
            return 0;
        }

        word.Append(inside);
        return end + 1 - at;
    }

    private static int Placeholder(string line, int at, StringBuilder word)
    {
        var end = line.IndexOf('>', at);
        if (end < at + 2 || line.AsSpan(at + 1, end - at - 1).ContainsAnyExcept(NameOfPlaceholder) || line[at + 1] == ' ')
        {
            return 0;
        }

        word.Append(line, at, end + 1 - at);
        return end + 1 - at;
    }
}
