using System.Globalization;
using System.Text;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>The root cause out of an answer that still grows, as plain text.</summary>
internal static class AnswerDraft
{
    private const string Name = "\"root_cause\"";

    /// <summary>What there is of it; empty where it has not begun.</summary>
    public static string Of(string growing)
    {
        var at = growing.IndexOf(Name, StringComparison.Ordinal);
        if (at < 0 || (at > 0 && growing[at - 1] == '\\'))
        {
            return "";
        }

        at = growing.IndexOf(':', at + Name.Length);
        at = at < 0 ? -1 : growing.IndexOf('"', at);
        return at < 0 ? "" : PlainAnswerText.Of(Unescaped(growing, at + 1), AnswerCheck.LongestCause);
    }

    private static string Unescaped(string json, int from)
    {
        var text = new StringBuilder();
        for (var at = from; at < json.Length && json[at] != '"'; at++)
        {
            if (json[at] != '\\')
            {
                text.Append(json[at]);
                continue;
            }

            if (++at >= json.Length)
            {
                break;
            }

            if (json[at] != 'u')
            {
                text.Append(json[at] switch { 'n' or 'r' or 't' or 'b' or 'f' => ' ', var other => other });
            }
            else if (at + 4 < json.Length && ushort.TryParse(json.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text.Append((char)unit);
                at += 4;
            }
            else
            {
                break;
            }
        }

        return text.ToString();
    }
}
