using System.Text.RegularExpressions;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>What a model wrote, as plain text on one line: no Markdown, no HTML, and of every link nothing but the host that it names.</summary>
internal static class PlainAnswerText
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly Regex Scripts = new(@"<(script|style|svg|iframe|object|template|math)\b[^>]*>.*</(script|style|svg|iframe|object|template|math)\s*>", Options | RegexOptions.Singleline);

    private static readonly Regex Tags = new(
        @"</?(a|abbr|article|audio|b|base|body|br|button|center|code|details|div|em|embed|form|frame|frameset|font|h[1-6]|head|hr|html|i|iframe|img|input|link|li|marquee|math|meta|object|ol|p|picture|pre|script|section|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|th|title|tr|u|ul|video)([\s/][^<>]*)?>|</?[a-z][a-z0-9-]*\s[^<>]*(=|on[a-z]+)[^<>]*>|<[!?/][^<>]*>",
        Options);

    // ![alt](address), [text](address), [text][1], [1]: address, <https://…>
    private static readonly Regex Images = new(@"!\[[^\]]*\](\([^()]*(\([^()]*\)[^()]*)*\)?|\[[^\]]*\])", Options);
    private static readonly Regex Links = new(@"\[([^\[\]]*)\]\([^()]*(\([^()]*\)[^()]*)*\)?", Options);
    private static readonly Regex Definitions = new(@"\[[^\[\]]*\]:\s*\S+", Options);
    private static readonly Regex DataAddresses = new(@"\b(data|javascript|vbscript|blob|file|mailto|tel):[^\s<>""')]*", Options);
    private static readonly Regex Addresses = new(@"\b[a-z][a-z0-9+.-]{1,20}://((\[redacted\]|[^\s/?#<>""')\]])*)[^\s<>""')\]]*", Options);
    private static readonly Regex Marks = new(@"\*\*|__|```[a-z]*|^#{1,6} |^> ", Options);
    private static readonly Regex Blanks = new(@"\s+", Options);

    public static string Of(string text, int longest)
    {
        // Long enough for whatever is kept; what comes behind cannot matter.
        var plain = Redactor.Default.Redact(StorableText.Of(text.Length > longest * 8 ? text[..(longest * 8)] : text));
        plain = Scripts.Replace(plain, " ");
        plain = Images.Replace(plain, " ");
        plain = Definitions.Replace(plain, " ");
        plain = Links.Replace(plain, "$1");
        plain = Addresses.Replace(plain, address => HostOf(address.Groups[1].Value));
        plain = DataAddresses.Replace(plain, " ");
        plain = Tags.Replace(plain, " ");
        plain = Marks.Replace(plain, "");
        return Texts.Cut(Blanks.Replace(plain, " ").Trim(), longest);
    }

    private static string HostOf(string authority)
    {
        var sign = authority.LastIndexOf('@');
        return authority[(sign + 1)..];
    }
}
