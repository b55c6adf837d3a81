using System.Text;

namespace KubeMemory.Core.Signals;

/// <summary>
/// Text as every store takes it. PostgreSQL has no NUL character (<c>invalid byte sequence for encoding "UTF8": 0x00</c>) and no half of a surrogate pair.
/// A container may print either. Both become U+FFFD, here and wherever a stored text is compared with.
/// </summary>
public static class StorableText
{
    public static string Of(string text)
    {
        if (!text.Contains('\0', StringComparison.Ordinal) && !HasLoneSurrogate(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    private static bool HasLoneSurrogate(string text)
    {
        var rest = text.AsSpan();
        for (var at = rest.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; at = rest.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
            {
                return true;
            }

            rest = rest[(at + 2)..];
        }

        return false;
    }
}
