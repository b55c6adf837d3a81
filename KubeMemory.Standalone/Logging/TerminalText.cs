using System.Globalization;

namespace KubeMemory.Standalone.Logging;

/// <summary>
/// Text of others (an Event's message, a name in an archive, a request's path) as a terminal may have it: what would move the cursor,
/// change colours or turn the direction of writing is shown as U+FFFD instead of obeyed.
/// </summary>
internal static class TerminalText
{
    private const char Shown = '\uFFFD';

    /// <summary>Line ends and tabs stay.</summary>
    public static string Plain(string text) => string.Create(text.Length, text, static (plain, text) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            plain[i] = IsObeyed(text, i) ? Shown : text[i];
        }
    });

    private static bool IsObeyed(string text, int i) => text[i] switch
    {
        '\n' or '\t' => false,
        '\r' => i + 1 == text.Length || text[i + 1] != '\n',
        var c => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format,
    };
}
