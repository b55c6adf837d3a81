using System.Buffers;

namespace KubeMemory.Engines.Relational;

/// <summary>What both databases do with a word that somebody searches for. All its characters are plain text.</summary>
internal static class TextSearch
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>For <c>LIKE</c> with a backslash as its escape.</summary>
    public static string Escape(string word) =>
        word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    /// <summary>For FTS5, whose parser ends at a NUL.</summary>
    public static string Phrase(string word) =>
        $"\"{word.Replace('\0', '\uFFFD').Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The index of the evidence knows letters and digits; what else is in the word is looked for in the text itself.</summary>
    public static bool HasSpecials(string word) => word.AsSpan().ContainsAnyExcept(Plain);
}
