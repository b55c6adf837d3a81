using System.Text;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// What still fits into a model's context. A model that gets more than its context cuts it without a word, so that whoever makes a prompt
/// counts first. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// Tokens are estimated, since every model cuts words its own way, and rather too many than too few: four ASCII letters of a word are a
/// token, every digit, mark and line's end is one, a single blank belongs to the word behind it, four more in a row are one, and a character
/// outside ASCII is two (four outside the basic plane). English prose comes out about a fifth too high, logs and JSON nearly right.
/// </remarks>
/// <param name="tokens">What there is to spend; at least 0.</param>
public sealed class TokenBudget(int tokens)
{
    /// <summary>What a chat message costs beside its text: its role and the marks around it.</summary>
    public const int MessageOverhead = 8;

    private const int LettersPerToken = 4;
    private const int BlanksPerToken = 4;

    public int Remaining { get; private set; } = tokens >= 0 ? tokens : throw new ArgumentOutOfRangeException(nameof(tokens), tokens, "A budget is not negative.");

    /// <summary>Spends what the text costs, or nothing and false where it does not fit.</summary>
    public bool TryTake(ReadOnlySpan<char> text)
    {
        var cost = Estimate(text);
        if (cost > Remaining)
        {
            return false;
        }

        Remaining -= cost;
        return true;
    }

    /// <summary>The text, or its beginning where it does not fit; spends what that costs.</summary>
    public string Take(string text) => Spend(Cut(text, Remaining));

    /// <summary>The text, or its end where it does not fit (the last lines of a log tell the most); spends what that costs.</summary>
    public string TakeEnd(string text) => Spend(CutEnd(text, Remaining));

    /// <summary>About how many tokens a text is; never fewer than 0.</summary>
    public static int Estimate(ReadOnlySpan<char> text) => Walk(text, int.MaxValue).Tokens;

    /// <summary>The longest beginning that costs no more than so many tokens, never through a surrogate pair.</summary>
    public static string Cut(string text, int tokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = Walk(text, tokens).Length;
        return length == text.Length ? text : text[..length];
    }

    /// <summary>An end that costs no more than so many tokens, never through a surrogate pair; about the longest there is.</summary>
    public static string CutEnd(string text, int tokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        var excess = Estimate(text) - Math.Max(tokens, 0);
        if (excess <= 0)
        {
            return text;
        }

        // What is cut off must cost one token more than the excess, for the word it may end in counts on both sides; and the dearest
        // character, of four, must not make it stop short of that.
        return text[Walk(text, excess + 4).Length..];
    }

    private string Spend(string text)
    {
        Remaining -= Estimate(text);
        return text;
    }

    /// <summary>How far so many tokens go, and what that costs.</summary>
    private static (int Length, int Tokens) Walk(ReadOnlySpan<char> text, int limit)
    {
        var tokens = 0;
        var letters = 0;
        var blanks = 0;
        var position = 0;
        while (position < text.Length)
        {
            Rune.DecodeFromUtf16(text[position..], out var rune, out var units);
            letters = rune.IsAscii && char.IsAsciiLetter((char)rune.Value) ? letters + 1 : 0;
            blanks = rune.Value is ' ' or '\r' or '\t' ? blanks + 1 : 0;
            var cost = letters > 0 ? (letters % LettersPerToken == 1 ? 1 : 0)
                : blanks > 0 ? (blanks % BlanksPerToken == 2 ? 1 : 0)
                : rune.IsAscii ? 1
                : 2 * units;
            if (tokens > limit - cost)
            {
                break;
            }

            tokens += cost;
            position += units;
        }

        return (position, tokens);
    }
}
