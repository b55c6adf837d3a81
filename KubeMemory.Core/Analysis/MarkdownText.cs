using System.Buffers;
using System.Text;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// Text that others wrote, as a part of Markdown that says what it says and does nothing: no HTML, no link or image, no heading, no end of the
/// block that it stands in.
/// </summary>
internal static class MarkdownText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\\`*_{}[]|~@");

    /// <summary>What begins a block at the beginning of a line.</summary>
    private static readonly SearchValues<char> Openings = SearchValues.Create("#+-=!:");

    /// <summary>On one line.</summary>
    public static string Inline(string text)
    {
        var line = string.Join(' ', HiddenCharacters.Strip(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var result = new StringBuilder(line.Length + 16);
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            _ = c switch
            {
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '&' => result.Append("&amp;"),
                '.' or ')' when IsLink(line, at) || IsNumberOfAList(line, at) => result.Append('\\').Append(c),
                ':' when IsScheme(line, at) => result.Append("\\:"),
                _ when Special.Contains(c) || (at == 0 && Openings.Contains(c)) => result.Append('\\').Append(c),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    /// <summary>A block of code that its text cannot end.</summary>
    /// <param name="indent">Of a list's item that it belongs to.</param>
    public static string Block(string text, string language = "", string indent = "")
    {
        var fence = new string('`', Math.Max(3, LongestRun(text) + 1));
        var lines = HiddenCharacters.Strip(text).TrimEnd('\n').Split('\n');
        return string.Join('\n', lines.Prepend(fence + language).Append(fence).Select(line => indent + line));
    }

    // www.example.com becomes a link by itself.
    private static bool IsLink(string line, int at) => at >= 3 && line.AsSpan(at - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase);

    // https://example.com, tel:123; but "Confirmed: it" and 20:50.
    private static bool IsScheme(string line, int at) =>
        at > 0 && char.IsAsciiLetter(line[at - 1]) && at + 1 < line.Length && line[at + 1] != ' ';

    private static bool IsNumberOfAList(string line, int at) => at > 0 && !line.AsSpan(0, at).ContainsAnyExceptInRange('0', '9');

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
