using System.Text;
using System.Text.RegularExpressions;

namespace KubeMemory.Web.Layout;

/// <summary>
/// Text from a cluster, made fit to be read: terminal escapes go, and so do the characters that hide text or turn its direction.
/// Razor encodes what is left; nothing from a cluster is ever markup.
/// </summary>
internal static partial class PlainText
{
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var plain = text.Contains('\u001b') || text.Contains('\u009b') ? Escapes().Replace(text, "") : text;
        if (!plain.AsSpan().ContainsAnyInRange('\u0000', '\u001f') && !plain.AsSpan().ContainsAnyExceptInRange('\u0000', '\u007e'))
        {
            return plain;
        }

        var clean = new StringBuilder(plain.Length);
        foreach (var c in plain.Replace("\r\n", "\n", StringComparison.Ordinal))
        {
            if (c == '\r')
            {
                clean.Append('\n');
            }
            else if (!IsHidden(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    public static IReadOnlyList<string> Lines(string? text)
    {
        var clean = Clean(text);
        return clean.Length == 0 ? [] : clean.TrimEnd('\n').Split('\n');
    }

    // C0 and C1 controls but tab and newline; zero-width characters, direction overrides and isolates, soft hyphen, byte order mark.
    private static bool IsHidden(char c) => c is (< ' ' and not '\t' and not '\n')
        or (>= '\u007f' and <= '\u009f') or '\u00ad' or '\u061c'
        or (>= '\u200b' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u2060' and <= '\u206f') or '\ufeff';

    // ESC [ 31 m (colour), ESC ] 8 ; ; https://… BEL (link), ESC ( B (character set), and the one-character form of ESC [.
    [GeneratedRegex("\u001b\\[[0-?]*[ -/]*[@-~]|\u009b[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|\u001b[ -/]*[0-~]", RegexOptions.CultureInvariant)]
    private static partial Regex Escapes();
}
