using System.Buffers;

namespace KubeMemory.Core.Redaction;

/// <summary>
/// Values whose key says that they are secret: <c>key=value</c>, <c>key: value</c>, <c>"key":"value"</c>, <c>--key value</c>,
/// <c>&lt;key&gt;value&lt;/key&gt;</c>, an environment variable's <c>name</c> and <c>value</c>, and headers.
/// </summary>
/// <remarks>
/// Kubernetes speaks of secrets and tokens all day: <c>secret "db-creds" not found</c>, <c>failed to fetch anonymous token:
/// unexpected status</c>, an image <c>shop/token-api:1.4.2</c>. None of these is a value.
/// </remarks>
internal static class SensitiveKeys
{
    // Names are longer than this in hostile text only; the bound keeps the whole linear.
    private const int LongestHalfName = 100;
    private const int MostSpaces = 32;
    private const int LongestHarmless = 200;
    private const int LongestWord = 24;
    private const int ShortestKey = 20;

    // The longer of two that begin alike comes first.
    private static readonly string[] Words =
    [
        "password", "passwd", "passphrase", "passwort", "pass", "pwd", "_pw", "bindpw", "creds",
        "secretaccesskey", "secretkey", "secret", "token", "credentials", "credential",
        "api_key", "api-key", "apikey", "api.key", "access_key", "access-key", "accesskey", "private_key", "private-key", "privatekey",
        "account_key", "accountkey", "encryption_key", "encryption-key", "encryptionkey", "signing_key", "signing-key", "signingkey",
        "master_key", "master-key", "masterkey", "app_key", "application_key", "consumer_key", "license_key", "licence_key", "storage_key", "storagekey", "hmac_key",
        "certificate_key", "certificate-key", "preshared_key", "presharedkey", "pre_shared_key", "pre-shared-key", "session_id", "sessionid", "session-id", "sessid",
        "_key", "signature", "sig=", "authorization", "auth", "cookie",
    ];

    private static readonly string[] PasswordWords = ["password", "passwd", "passphrase", "passwort", "pwd"];

    // What may follow the word in a name and leave it a secret, in the forms that occur in prose and in names of images.
    private static readonly string[] SecretTails =
        ["value", "key", "hash", "base64", "b64", "data", "string", "plain", "text", "prod", "dev", "test", "old", "new", "current", "default", "base", "id", "json"];

    // With these behind it the word is about a secret and the value is none.
    private static readonly string[] HarmlessTails =
    [
        "name", "names", "file", "files", "path", "paths", "ref", "refs", "type", "count", "counts", "expiration", "expiry", "expires", "expired",
        "expire", "seconds", "ttl", "url", "uri", "endpoint", "policy", "length", "len", "enabled", "required", "version", "issuer", "audience",
        "mount", "dir", "namespace", "provider", "store", "class", "limit", "usage", "review", "reviews", "controller", "manager", "service",
        "reader", "operator", "sync", "refresher", "rotation", "age", "min", "max", "size", "source", "selector", "lifetime", "method", "mode",
    ];

    private static readonly string[] Placeholders =
        ["true", "false", "null", "nil", "none", "undefined", "yes", "no", "hidden", "redacted", "[REDACTED"];

    private static readonly string[] Schemes = ["Bearer", "Basic", "Digest", "Token", "Negotiate", "ApiKey", "AWS4-HMAC-SHA256"];

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private static readonly SearchValues<char> ValueEnd = SearchValues.Create(" \t\n,;&\"'`<>|)]}\\");
    private static readonly SearchValues<char> LineEnd = SearchValues.Create("\n\"'`");

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-.");

    private static readonly SearchValues<char> LettersAndSpaces =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz :.,'-");

    // A word that begins with another one needs no trigger of its own.
    public static IEnumerable<string> Triggers { get; } = [.. Words.Where(w => !Array.Exists(Words, o => o != w && w.StartsWith(o, StringComparison.Ordinal)))];

    public static Range? Find(ReadOnlySpan<char> text, int at)
    {
        if (WordAt(text[at..]) is not { } word)
        {
            return null;
        }

        if (word == "sig=")
        {
            return at > 0 && text[at - 1] is '?' or '&' ? Unquoted(text, at + 4) : null;
        }

        var key = KeyAt(text, at, word.Length);
        if (word is "authorization" or "cookie")
        {
            return key.Tail(text).Length == 0 ? Header(text, key) : null;
        }

        if (word == "auth" && (key.End - key.Start > 5 || key.Tail(text).Length > 0 || text[key.Start..key.End].TrimStart('_').Length != 4))
        {
            return null;
        }

        return word switch
        {
            "pass" when !IsPass(text, at, key) => null,
            "_key" => Value(text, key, word) is { } value && IsKeyOfEnvironment(text, key, text[value]) ? value : null,
            _ => Value(text, key, word),
        };
    }

    // DB_PASS=…, smtpPass=…, pass=…, "pass":"…" and, on a line of its own, pass: …; but not proxy_pass, compass and "--- PASS: TestCart"
    private static bool IsPass(ReadOnlySpan<char> text, int at, Key key)
    {
        if (key.Tail(text).ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var before = text[key.Start..at];
        if (before.Length > 0)
        {
            return (before[^1] is '_' or '-' or '.' || (char.IsAsciiLetterLower(before[^1]) && text[at] == 'P'))
                && !before.TrimEnd("_-.").EndsWith("proxy", StringComparison.OrdinalIgnoreCase) && !before.TrimEnd("_-.").EndsWith("by", StringComparison.OrdinalIgnoreCase);
        }

        var line = text[..at].TrimEnd(" \t");
        return At(text, key.End) != ':' || (text[at] == 'p' && (line.Length == 0 || line[^1] == '\n'));
    }

    // COSMOS_KEY=…: in capitals, and with a value that is no word, path or address.
    private static bool IsKeyOfEnvironment(ReadOnlySpan<char> text, Key key, ReadOnlySpan<char> value) =>
        key.Tail(text).Length == 0 && !text[key.Start..key.End].ContainsAnyInRange('a', 'z') && (value.SequenceEqual(Redactor.Mark)
            || (value.Length >= ShortestKey && value[0] != '/' && !value.Contains("://", StringComparison.Ordinal)
                && value.ContainsAnyInRange('0', '9') && (value.ContainsAnyInRange('a', 'z') || value.ContainsAnyInRange('A', 'Z'))));

    private static string? WordAt(ReadOnlySpan<char> text)
    {
        foreach (var word in Words)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        return null;
    }

    private static Key KeyAt(ReadOnlySpan<char> text, int at, int length)
    {
        var start = at;
        while (start > 0 && at - start < LongestHalfName && NameCharacters.Contains(text[start - 1]))
        {
            start--;
        }

        var wordEnd = at + length;
        var end = wordEnd;
        while (end < text.Length && end - wordEnd < LongestHalfName && NameCharacters.Contains(text[end]))
        {
            end++;
        }

        while (end > wordEnd && text[end - 1] is '.' or '-')
        {
            end--;
        }

        return new Key(start, wordEnd, end, text[start..].StartsWith("--"));
    }

    private static Range? Value(ReadOnlySpan<char> text, Key key, string word)
    {
        var tail = key.Tail(text);
        if (!EndsWord(text, key, word) || HasTail(tail, HarmlessTails))
        {
            return null;
        }

        var at = key.End;
        var quoted = CloseQuote(text, key.Start, ref at);
        var afterQuote = at;
        SkipBlanks(text, ref at);
        var exact = tail.Length == 0 || IsPlural(tail) || HasTail(tail, SecretTails) || !tail.ContainsAnyExceptInRange('0', '9');
        var value = At(text, at) switch
        {
            '=' when At(text, at + 1) != '=' => AfterSign(text, at + (At(text, at + 1) == '>' ? 2 : 1)),
            ':' when exact && quoted => AfterQuotedKey(text, at + 1),
            ':' when exact => AfterColon(text, key, at, word),
            '>' when exact && At(text, key.Start - 1) == '<' => UpTo(text, at + 1, '<'),
            // ALTER USER shop WITH PASSWORD '…'
            '\'' when at > afterQuote && !quoted && tail.Length == 0 && word == "password" => Quoted(text, at),
            ',' or '\n' when exact => key.IsFlag && quoted ? AfterComma(text, at) : EnvironmentValue(text, at),
            not '-' and not '\0' when key.IsFlag && !quoted && at > afterQuote => AfterSign(text, at),
            _ => null,
        };
        return value is { } found && !IsHarmless(text[found], word, tail) ? found : null;
    }

    /// <summary>The word ends here, or what follows begins a new one: <c>tokenReview</c> but not <c>tokenizer</c>.</summary>
    private static bool EndsWord(ReadOnlySpan<char> text, Key key, string word)
    {
        var next = At(text, key.WordEnd);
        var startsInside = key.Start < key.WordEnd - word.Length && char.IsAsciiLetterLower(text[key.WordEnd - word.Length - 1]) && char.IsAsciiLetterLower(text[key.WordEnd - word.Length]);
        return !(startsInside && word is "pwd" or "sig=" or "signature")
            && (!char.IsAsciiLetterLower(next) || IsPlural(key.Tail(text)) || key.Tail(text) is ['s', '_' or '-' or '.', ..])
            && !(char.IsAsciiLetterUpper(next) && char.IsAsciiLetterUpper(text[key.WordEnd - 1]) && !IsPlural(key.Tail(text)));
    }

    private static bool IsPlural(ReadOnlySpan<char> tail) => tail is "s" or "S";

    private static bool HasTail(ReadOnlySpan<char> tail, string[] words)
    {
        while (tail.Length > 0)
        {
            tail = tail.TrimStart("_-.");
            var length = 1;
            while (length < tail.Length && tail[length] is not ('_' or '-' or '.') && !(char.IsAsciiLetterUpper(tail[length]) && !char.IsAsciiLetterUpper(tail[length - 1])))
            {
                length++;
            }

            var part = tail[..Math.Min(length, tail.Length)];
            foreach (var word in words)
            {
                if (part.Equals(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            tail = tail[part.Length..];
        }

        return false;
    }

    // "key" and \"key\", as JSON inside JSON writes it
    private static bool CloseQuote(ReadOnlySpan<char> text, int start, ref int at)
    {
        var quote = At(text, start - 1);
        if (quote is not ('"' or '\''))
        {
            return false;
        }

        if (At(text, at) == quote)
        {
            at++;
            return true;
        }

        if (At(text, at) == '\\' && At(text, at + 1) == quote)
        {
            at += 2;
            return true;
        }

        return false;
    }

    private static Range? AfterSign(ReadOnlySpan<char> text, int at)
    {
        SkipBlanks(text, ref at);
        return Quoted(text, at) ?? Bracketed(text, at) ?? Unquoted(text, at);
    }

    // "password": "…" or "pin": 1234, but not volume "default-token-x8sf2" : secret "default-token-x8sf2" not found
    private static Range? AfterQuotedKey(ReadOnlySpan<char> text, int at)
    {
        SkipBlanks(text, ref at);
        return Quoted(text, at) ?? (char.IsAsciiDigit(At(text, at)) ? Unquoted(text, at) : null);
    }

    private static Range? AfterColon(ReadOnlySpan<char> text, Key key, int colon, string word)
    {
        var before = At(text, key.Start - 1);
        var at = colon + 1;
        if (At(text, at) is not (' ' or '\t'))
        {
            // An image: "shop/token:1.2", "token:1.2"
            return before is '/' or '"' or '\'' or '@' || At(text, at) == '/' ? null : AfterSign(text, at);
        }

        SkipBlanks(text, ref at);
        if (Quoted(text, at) is { } quoted)
        {
            return quoted;
        }

        var value = Bracketed(text, at) ?? Unquoted(text, at);
        return value is { } found && IsProse(text, key, found, word) ? null : value;
    }

    /// <summary>
    /// "failed to fetch oauth token: unauthorized" goes on with what went wrong; "token: swordfish" on a line by itself is a value.
    /// </summary>
    private static bool IsProse(ReadOnlySpan<char> text, Key key, Range value, string word)
    {
        if (At(text, key.Start - 1) != ' ' || !(char.IsAsciiLetter(At(text, key.Start - 2)) || At(text, key.Start - 2) is ':' or '"'))
        {
            return false;
        }

        var said = text[value];
        if (said[^1] == ':')
        {
            return true;
        }

        var isWord = (said.Length < LongestWord && !said.ContainsAnyExcept(Letters)) || (said.Length == 3 && !said.ContainsAnyExceptInRange('0', '9'));
        var next = value.End.Value;
        return isWord && (!PasswordWords.Contains(word) || (At(text, next) == ' ' && char.IsAsciiLetterLower(At(text, next + 1))));
    }

    // ["--password", "hunter2"]
    private static Range? AfterComma(ReadOnlySpan<char> text, int comma)
    {
        var at = comma + 1;
        SkipBlanks(text, ref at);
        return Quoted(text, at);
    }

    // {"name":"DB_PASSWORD","value":"hunter2"} and "- name: DB_PASSWORD\n  value: hunter2"
    private static Range? EnvironmentValue(ReadOnlySpan<char> text, int at)
    {
        at++;
        var end = Math.Min(text.Length, at + MostSpaces);
        while (at < end && text[at] is ' ' or '\t' or '\n' or '\\' or '"' or '\'')
        {
            at++;
        }

        if (!text[Math.Min(at, text.Length)..].StartsWith("value"))
        {
            return null;
        }

        at += 5;
        while (At(text, at) is '\\' or '"' or '\'')
        {
            at++;
        }

        SkipBlanks(text, ref at);
        return At(text, at) == ':' ? AfterSign(text, at + 1) : null;
    }

    // Authorization: Bearer …; "Cookie": "a=b; c=d"; Authorization:[Basic …] — the rest of the line or of the string
    private static Range? Header(ReadOnlySpan<char> text, Key key)
    {
        var at = key.End;
        CloseQuote(text, key.Start, ref at);
        SkipBlanks(text, ref at);
        if (At(text, at) is not (':' or '='))
        {
            return null;
        }

        at++;
        SkipBlanks(text, ref at);
        var quote = At(text, at) == '\\' ? At(text, at + 1) : At(text, at);
        var start = Quoted(text, at)?.Start.Value ?? at + (quote == '[' && !StartsWithMark(text, at) ? 1 : 0);
        if (start >= text.Length || StartsWithMark(text, start))
        {
            return StartsWithMark(text, start) ? new Range(start, start + Redactor.Mark.Length) : null;
        }

        var length = quote == '[' ? text[start..].IndexOfAny('\n', ']') : text[start..].IndexOfAny(LineEnd);
        var end = length < 0 ? text.Length : start + length;
        if (end > start && text[end - 1] == '\\')
        {
            end--;
        }

        var value = text[start..end];
        foreach (var scheme in Schemes)
        {
            if (value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && At(value, scheme.Length) == ' ')
            {
                var from = start + scheme.Length + 1;
                return from >= end ? null : new Range(from, StartsWithMark(text, from) ? from + Redactor.Mark.Length : end);
            }
        }

        // Prose: "authorization: access denied"
        return value.Length <= LongestHarmless && (value.IsWhiteSpace() || !value.ContainsAnyExcept(LettersAndSpaces)) ? null : new Range(start, end);
    }

    private static bool StartsWithMark(ReadOnlySpan<char> text, int at) => at < text.Length && text[at..].StartsWith(Redactor.Mark);

    // "…", '…', `…` and \"…\"; without an end up to the end of the line
    private static Range? Quoted(ReadOnlySpan<char> text, int at)
    {
        var escaped = At(text, at) == '\\' && At(text, at + 1) is '"' or '\'';
        var quote = At(text, escaped ? at + 1 : at);
        if (quote is not ('"' or '\'' or '`'))
        {
            return null;
        }

        var start = at + (escaped ? 2 : 1);
        var i = start;
        while (i < text.Length && text[i] != '\n' && text[i] != quote)
        {
            if (text[i] == '\\' && At(text, i + 1) == quote && escaped)
            {
                break;
            }

            i += text[i] == '\\' && !escaped && i + 1 < text.Length ? 2 : 1;
        }

        return i > start ? new Range(start, Math.Min(i, text.Length)) : null;
    }

    // Go prints a header's values so: X-Api-Key:[abc]
    private static Range? Bracketed(ReadOnlySpan<char> text, int at) =>
        At(text, at) == '[' && !StartsWithMark(text, at) ? UpTo(text, at + 1, ']') : null;

    private static Range? UpTo(ReadOnlySpan<char> text, int start, char last)
    {
        if (start >= text.Length || StartsWithMark(text, start))
        {
            return start >= text.Length ? null : new Range(start, start + Redactor.Mark.Length);
        }

        var length = text[start..].IndexOfAny(last, '\n');
        return length > 0 ? new Range(start, start + length) : null;
    }

    private static Range? Unquoted(ReadOnlySpan<char> text, int start)
    {
        if (StartsWithMark(text, start))
        {
            return new Range(start, start + Redactor.Mark.Length);
        }

        if (start >= text.Length)
        {
            return null;
        }

        if (text[start] == '<')
        {
            return UpTo(text, start + 1, '>');
        }

        var length = text[start..].IndexOfAny(ValueEnd);
        return length == 0 ? null : new Range(start, length < 0 ? text.Length : start + length);
    }

    private static bool IsHarmless(ReadOnlySpan<char> value, string word, ReadOnlySpan<char> tail)
    {
        if (value.Length > LongestHarmless)
        {
            return false;
        }

        foreach (var placeholder in Placeholders)
        {
            if (value.Equals(placeholder, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return value.StartsWith("$(") || value.StartsWith("${") || value.StartsWith("{{") || value.StartsWith("set to the key")
            || !value.ContainsAnyExcept('*', 'x', 'X')
            || (IsPlural(tail) && !value.ContainsAnyExceptInRange('0', '9'))
            || (word == "pwd" && value[0] == '/')
            || (word == "auth" && (value.Length < 8 || !(value.ContainsAnyInRange('0', '9') || value.ContainsAnyInRange('A', 'Z'))));
    }

    private static void SkipBlanks(ReadOnlySpan<char> text, ref int at)
    {
        var end = Math.Min(text.Length, at + MostSpaces);
        while (at < end && text[at] is ' ' or '\t')
        {
            at++;
        }
    }

    private static char At(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length ? text[at] : '\0';

    /// <param name="WordEnd">Where the word that makes it sensitive ends.</param>
    /// <param name="IsFlag">It begins with two hyphens.</param>
    private readonly record struct Key(int Start, int WordEnd, int End, bool IsFlag)
    {
        public ReadOnlySpan<char> Tail(ReadOnlySpan<char> text) => text[WordEnd..End];
    }
}
