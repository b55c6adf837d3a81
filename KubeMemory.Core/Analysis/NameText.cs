using System.Text;

namespace KubeMemory.Core.Analysis;

/// <summary>Exchanges a name in a text where it stands as a whole, not as a part of another name.</summary>
internal static class NameText
{
    public static string Replace(string text, string name, string other)
    {
        var at = Find(text, name, 0);
        if (at < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var done = 0;
        for (; at >= 0; at = Find(text, name, done))
        {
            result.Append(text, done, at - done).Append(other);
            done = at + name.Length;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }

    public static bool Holds(string text, string name) => Find(text, name, 0) >= 0;

    private static int Find(string text, string name, int from)
    {
        for (var at = text.IndexOf(name, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || !IsOfAName(text[at - 1])) && (end == text.Length || !IsOfAName(text[end])))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsOfAName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
