using System.Buffers;
using System.Text;

namespace KubeMemory.Core.Redaction;

/// <summary>
/// Replaces secrets by <c>[redacted]</c> and strips what the eye cannot see. Keys stay, values go. Idempotent, thread-safe, linear in
/// the length of the text; text without a trace of a secret costs one vectorised search and no allocation.
/// </summary>
public sealed class Redactor
{
    public const string Mark = "[redacted]";

    // A mark can stand where a name went on before, and show what the name hid: so until nothing changes. Real text takes two passes,
    // the second to see that; the bound keeps made-up text linear.
    private const int MostPasses = 6;

    // Whatever can begin, or name, a secret. A hit is only where to look closer: SecretFormats, ProviderTokens and SensitiveKeys decide.
    // In two sets, because a search for that many at once is several times slower than two for fewer.
    private readonly SearchValues<string> _names = SearchValues.Create([.. SecretFormats.Triggers, .. SensitiveKeys.Triggers], StringComparison.OrdinalIgnoreCase);
    private readonly SearchValues<string> _tokens = SearchValues.Create([.. ProviderTokens.Triggers], StringComparison.Ordinal);

    public static Redactor Default { get; } = new();

    /// <summary>The same instance where there is nothing to hide.</summary>
    public string Redact(string text)
    {
        var seen = HiddenCharacters.Strip(text);
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var name = Next(seen, 0, _names);
            var token = Next(seen, 0, _tokens);
            var redacted = Math.Min(name, token) == int.MaxValue ? seen : RedactFrom(seen, name, token);
            if (ReferenceEquals(redacted, seen))
            {
                break;
            }

            seen = redacted;
        }

        return seen;
    }

    private string RedactFrom(string text, int name, int token)
    {
        var span = text.AsSpan();
        StringBuilder? result = null;
        var done = 0;
        for (var at = Math.Min(name, token); at != int.MaxValue; at = Math.Min(name, token))
        {
            var end = at + 1;
            if (Find(span, at, done) is { } found && found.End.Value > done)
            {
                // Some begin before what gives them away, which may be gone already.
                var secret = new Range(Math.Max(found.Start.Value, done), found.End);
                // Found again in text that was redacted before: nothing to do, but nothing inside it to look at either.
                if (!span[secret].SequenceEqual(Mark))
                {
                    result ??= new StringBuilder(text.Length);
                    result.Append(span[done..secret.Start.Value]).Append(Mark);
                    done = secret.End.Value;
                }

                end = Math.Max(end, secret.End.Value);
            }

            // Each search goes on from its own last hit only once that is passed: so both together stay linear.
            name = name < end ? Next(span, end, _names) : name;
            token = token < end ? Next(span, end, _tokens) : token;
        }

        return result is null ? text : result.Append(span[done..]).ToString();
    }

    private static int Next(ReadOnlySpan<char> text, int from, SearchValues<string> triggers)
    {
        var next = from < text.Length ? text[from..].IndexOfAny(triggers) : -1;
        return next < 0 ? int.MaxValue : from + next;
    }

    /// <param name="done">What comes before is written already.</param>
    private static Range? Find(ReadOnlySpan<char> text, int at, int done) =>
        SecretFormats.Find(text, at, done) ?? ProviderTokens.Find(text, at) ?? SensitiveKeys.Find(text, at);
}
