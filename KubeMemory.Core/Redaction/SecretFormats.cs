using System.Buffers;

namespace KubeMemory.Core.Redaction;

/// <summary>Secrets that their shape gives away: PEM blocks, credentials in URLs, webhooks, bearer and basic credentials without a header's name.</summary>
internal static class SecretFormats
{
    private const int MinCutPem = 40;
    private const int LongestAuthority = 512;
    private const int LongestCommand = 300;

    private static readonly SearchValues<char> AuthorityEnd = SearchValues.Create("/?#\\ \t\n\"'`<>,;|)}");
    private static readonly SearchValues<char> UrlEnd = SearchValues.Create(" \t\n\"'`<>");
    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
    private static readonly SearchValues<char> Credential = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=._~-");

    private static readonly SearchValues<char> ProgramName = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

    // A webhook's address is its secret.
    private static readonly string[] Webhooks =
    [
        "hooks.slack.com/services/", "hooks.slack.com/workflows/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/", ".webhook.office.com/webhookb2/",
    ];

    // Programs that are told a password by a short flag.
    private static readonly (string Program, string Flag)[] Flags =
    [
        ("sshpass ", " -p "), ("sshpass ", " -p"), ("redis-cli ", " -a "), ("docker login", " -p "), ("podman login", " -p "), ("helm registry login", " -p "), ("ldapsearch ", " -w "),
        ("ldapadd ", " -w "), ("ldapmodify ", " -w "), ("mysql", " -p"), ("mariadb", " -p"), ("mongo", " -p "), ("identified by ", ""),
    ];

    public static IEnumerable<string> Triggers { get; } = ["-----BEGIN", "-----END", "://", "Bearer ", "Basic ", "hooks.slack", "discord", ".webhook.", "curl ", .. Flags.Select(one => one.Program).Distinct()];

    public static Range? Find(ReadOnlySpan<char> text, int at, int done)
    {
        var rest = text[at..];
        return text[at] switch
        {
            '-' when rest.StartsWith("-----BEGIN") => Pem(text, at),
            '-' when rest.StartsWith("-----END") => CutPem(text, at, done),
            ':' => UserInfo(text, at),
            'b' or 'B' => Bearer(text, at),
            'h' or 'd' or '.' => Webhook(text, at) ?? Flag(text, at),
            _ => Flag(text, at),
        };
    }

    // -----BEGIN RSA PRIVATE KEY-----\nMIIE…\n-----END RSA PRIVATE KEY-----, its lines apart by line feeds or by \n as JSON writes them.
    private static Range? Pem(ReadOnlySpan<char> text, int at)
    {
        var label = text[(at + 10)..];
        var open = label[..Math.Min(label.Length, 80)].IndexOf("-----");
        if (open < 0)
        {
            return null;
        }

        var body = at + 10 + open + 5;
        var end = text[body..].IndexOf("-----END");

        // Cut off in the middle: everything after it may still be the key.
        return body == text.Length ? null : new Range(body, end < 0 ? text.Length : body + end);
    }

    // The tail of a log may begin inside a block: then its END comes without a BEGIN.
    private static Range? CutPem(ReadOnlySpan<char> text, int at, int done)
    {
        var start = at;
        while (start > done && (Base64.Contains(text[start - 1]) || text[start - 1] == '\n' || IsEscapedLineFeed(text, start)))
        {
            start--;
        }

        return at - start >= MinCutPem ? new Range(start, at) : null;
    }

    private static bool IsEscapedLineFeed(ReadOnlySpan<char> text, int end) => text[end - 1] == '\\' && end < text.Length && text[end] is 'n' or 'r';

    // postgres://user:secret@host/db → postgres://user:[redacted]@host/db
    private static Range? UserInfo(ReadOnlySpan<char> text, int at)
    {
        var start = at + 3;
        if (!text[at..].StartsWith("://") || at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
        {
            return null;
        }

        var rest = text.Slice(start, Math.Min(LongestAuthority, text.Length - start));
        var length = rest.IndexOfAny(AuthorityEnd);
        var authority = length < 0 ? rest : rest[..length];
        var sign = authority.LastIndexOf('@');
        var colon = authority.IndexOf(':');
        if (sign < 0 && colon >= 0 && authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9'))
        {
            // What stands after the colon is no port: a password with a slash or the like that should have been escaped.
            length = rest.IndexOfAny(UrlEnd);
            authority = length < 0 ? rest : rest[..length];
            sign = authority.IndexOf('@');
        }

        if (sign <= 0 || authority[(sign + 1)..].StartsWith("sha256:"))
        {
            return null;
        }

        if (colon >= 0 && colon < sign)
        {
            return colon + 1 == sign ? null : new Range(start + colon + 1, start + sign);
        }

        // A token may stand as the user; "git@" is only a name.
        return authority[..sign].SequenceEqual(Redactor.Mark) || (sign >= 16 && authority[..sign].ContainsAnyInRange('0', '9'))
            ? new Range(start, start + sign)
            : null;
    }

    // Bearer eyJ…, Basic dXNlcjpw…: enough of it, and not a word like "authentication".
    private static Range? Bearer(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        var skip = rest.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) ? 7 : rest.StartsWith("basic ", StringComparison.OrdinalIgnoreCase) ? 6 : 0;
        if (skip == 0 || (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1])))
        {
            return null;
        }

        rest = rest[skip..];
        var length = rest.IndexOfAnyExcept(Credential);
        var value = length < 0 ? rest : rest[..length];
        var padded = value is [.., '='] && !rest[value.Length..].StartsWith(Redactor.Mark);
        return value.Length >= 12 && (value.ContainsAnyInRange('0', '9') || padded || value[1..].ContainsAnyInRange('A', 'Z'))
            ? new Range(at + skip, at + skip + value.Length)
            : null;
    }

    private static Range? Webhook(ReadOnlySpan<char> text, int at)
    {
        foreach (var address in Webhooks)
        {
            if (text[at..].StartsWith(address, StringComparison.OrdinalIgnoreCase))
            {
                var start = at + address.Length;
                var length = text[start..].IndexOfAny(UrlEnd);
                return length == 0 || start == text.Length ? null : new Range(start, length < 0 ? text.Length : start + length);
            }
        }

        return null;
    }

    // curl -u shop:secret https://…, mysqldump -u root -psecret shop, sshpass -p secret ssh …
    private static Range? Flag(ReadOnlySpan<char> text, int at)
    {
        var rest = text.Slice(at, Math.Min(LongestCommand, text.Length - at));
        var end = rest.IndexOf('\n');
        var line = end < 0 ? rest : rest[..end];
        if (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))
        {
            return null;
        }

        if (line.StartsWith("curl ", StringComparison.OrdinalIgnoreCase))
        {
            return (ValueOf(line, at, " -u ") ?? ValueOf(line, at, " --user ") ?? ValueOf(line, at, " -u")) is { } user && text[user].IndexOf(':') is >= 0 and var colon && colon + 1 < text[user].Length
                ? new Range(user.Start.Value + colon + 1, user.End)
                : null;
        }

        foreach (var (program, flag) in Flags)
        {
            // mysql, mysqldump and mysqladmin, but not mysql:8.4
            if (line.StartsWith(program, StringComparison.OrdinalIgnoreCase) && line.IndexOf(' ') is > 0 and var word && !line[..word].ContainsAnyExcept(ProgramName)
                && (flag.Length == 0 ? ValueAt(line, at, program.Length) : ValueOf(line, at, flag)) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private static Range? ValueOf(ReadOnlySpan<char> line, int at, string flag)
    {
        var found = line.IndexOf(flag);
        return found < 0 ? null : ValueAt(line, at, found + flag.Length);
    }

    private static Range? ValueAt(ReadOnlySpan<char> line, int at, int start)
    {
        start += start < line.Length && line[start] is '"' or '\'' ? 1 : 0;
        var length = start < line.Length ? line[start..].IndexOfAny(UrlEnd) : 0;
        return length == 0 ? null : new Range(at + start, length < 0 ? at + line.Length : at + start + length);
    }
}
