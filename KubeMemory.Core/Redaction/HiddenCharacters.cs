using System.Text;

namespace KubeMemory.Core.Redaction;

/// <summary>
/// Strips what a reader does not see but a terminal, a browser or a language model obeys: control characters but for line feed and
/// tab, zero-width and bidirectional ones, Unicode tags and variation selectors, terminal escape sequences.
/// </summary>
internal static class HiddenCharacters
{
    // An escape sequence that is longer than this is not one: the search for its end must not make the whole quadratic.
    private const int LongestEscape = 256;

    /// <summary>The same instance where there is nothing to strip.</summary>
    public static string Strip(string text)
    {
        var first = text.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        while (first >= 0 && HiddenAt(text, first) == 0)
        {
            // A visible pair of surrogates is passed as a whole, or its second half would look like a stray one.
            var from = first + (char.IsHighSurrogate(text[first]) ? 2 : 1);
            var next = text.AsSpan(from).IndexOfAnyExceptInRange(' ', '~');
            first = next < 0 ? -1 : from + next;
        }

        return first < 0 ? text : StripFrom(text, first);
    }

    private static string StripFrom(string text, int first)
    {
        var result = new StringBuilder(text.Length).Append(text, 0, first);
        for (var i = first; i < text.Length;)
        {
            var hidden = HiddenAt(text, i);
            if (hidden > 0)
            {
                i += hidden;
                continue;
            }

            var length = char.IsHighSurrogate(text[i]) ? 2 : 1;
            result.Append(text, i, length);
            i += length;
        }

        return result.ToString();
    }

    /// <summary>How many characters from here on are hidden; 0 where this one is to be seen.</summary>
    private static int HiddenAt(string text, int at)
    {
        var c = text[at];
        return c switch
        {
            '\n' or '\t' => 0,
            '\x1b' => EscapeAt(text, at),
            < ' ' => 1,
            < '\x7f' => 0,
            <= '\x9f' or '\xad' or '\u061c' or '\u180e' => 1,
            '\u115f' or '\u1160' or '\u3164' or '\uffa0' => 1,
            (>= '\u200b' and <= '\u200f') or (>= '\u2028' and <= '\u202e') or (>= '\u2060' and <= '\u206f') => 1,
            (>= '\ufe00' and <= '\ufe0f') or '\ufeff' or (>= '\ufff9' and <= '\ufffb') => 1,
            >= '\ud800' and <= '\udfff' => SurrogateAt(text, at),
            _ => 0,
        };
    }

    private static int SurrogateAt(string text, int at)
    {
        if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
        {
            return 1;
        }

        // U+E0000 to U+E0FFF: tags and more variation selectors, the way to smuggle text past the eye.
        return char.ConvertToUtf32(text[at], text[at + 1]) is >= 0xE0000 and <= 0xE0FFF ? 2 : 0;
    }

    // ESC [ 31 m (colours) and ESC ] 8 ; ; https://… BEL (links); another ESC stands alone.
    private static int EscapeAt(string text, int at)
    {
        var end = Math.Min(text.Length, at + LongestEscape);
        switch (at + 1 < end ? text[at + 1] : '\0')
        {
            case '[':
                for (var i = at + 2; i < end && text[i] is >= ' ' and <= '~'; i++)
                {
                    if (text[i] >= '@')
                    {
                        return i + 1 - at;
                    }
                }

                return 1;
            case ']':
                for (var i = at + 2; i < end && text[i] != '\n'; i++)
                {
                    if (text[i] == '\a' || (text[i] == '\x1b' && i + 1 < end && text[i + 1] == '\\'))
                    {
                        return i + (text[i] == '\a' ? 1 : 2) - at;
                    }
                }

                return 1;
            default:
                return 1;
        }
    }
}
