namespace KubeMemory.Core.Signals;

/// <summary>Cut and put on one line, for what is shown and stored.</summary>
public static class Texts
{
    public const int LongestMessage = 2048;
    public const int LongestDescription = 300;

    /// <summary>Cut to so many characters, with an ellipsis where something was cut off and never through a surrogate pair.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = length - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    /// <summary>On one line.</summary>
    public static string OneLine(string text) => text.AsSpan().ContainsAny('\n', '\t') ? text.Replace('\n', ' ').Replace('\t', ' ').Trim() : text;
}
