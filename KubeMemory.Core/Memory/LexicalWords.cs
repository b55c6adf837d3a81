using System.Buffers;
using System.Globalization;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Core.Memory;

/// <summary>
/// The words of a text, one after the other, in lower case. Like <c>CauseText</c> it takes numbers, hashes, durations and random ends of
/// pods' names for what they are, but it reads texts of any length, without a string for each, and keeps the codes that tell failures apart.
/// </summary>
internal ref struct LexicalWords
{
    private const string Number = "#";
    private const string Identity = "@";
    private const int ShortestHash = 8;
    private const int LongestWord = 64;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    // Words that stand in every sentence say nothing about a failure.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Common =
        new HashSet<string>(StringComparer.Ordinal)
        {
            "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "in", "is", "it", "its", "of", "on", "or", "that", "the", "this",
            "to", "was", "were", "with",
        }.GetAlternateLookup<ReadOnlySpan<char>>();

    // exit code 137, statuscode: 503, exitCode=1
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> BeforeCodes =
        new HashSet<string>(StringComparer.Ordinal) { "code", "exitcode", "statuscode", "status", "exit" }.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly ReadOnlySpan<char> _text;
    private readonly char[] _folded;
    private int _position;
    private bool _codeFollows;

    public LexicalWords(ReadOnlySpan<char> text)
    {
        _text = text;
        _folded = ArrayPool<char>.Shared.Rent(LongestWord);
    }

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>It stands for a number or a hash: it has no n-grams of its own.</summary>
    public bool IsPlaceholder { get; private set; }

    public bool MoveNext()
    {
        while (Read() is { IsEmpty: false } word)
        {
            var isCode = _codeFollows && word.Length <= 3 && !word.ContainsAnyExceptInRange('0', '9');
            _codeFollows = BeforeCodes.Contains(word);
            if (Common.Contains(word) || IsRandomEnd(word))
            {
                continue;
            }

            var collapsed = isCode ? word : Collapse(word);
            IsPlaceholder = isCode || collapsed.Length == 1;
            Current = collapsed;
            return true;
        }

        return false;
    }

    public readonly void Dispose() => ArrayPool<char>.Shared.Return(_folded);

    // A longer run of letters (a script without blanks, base64) comes in pieces.
    private ReadOnlySpan<char> Read()
    {
        while (_position < _text.Length && !IsLetter(_text[_position]))
        {
            _position++;
        }

        var length = 0;
        while (_position < _text.Length && length < LongestWord)
        {
            var unit = _text[_position];
            if (IsLetter(unit))
            {
                _folded[length++] = char.ToLowerInvariant(unit);
            }
            else if (unit < 128 || char.GetUnicodeCategory(unit) != UnicodeCategory.NonSpacingMark)
            {
                break;
            }

            _position++;
        }

        return _folded.AsSpan(0, length);
    }

    // Halves of a surrogate pair count, or a text of nothing but emoji would have no words.
    private static bool IsLetter(char unit) => char.IsAsciiLetterOrDigit(unit) || (unit >= 128 && (char.IsLetterOrDigit(unit) || char.IsSurrogate(unit)));

    // node-exporter-xtkrh: behind a hyphen, and nothing of the name follows.
    private readonly bool IsRandomEnd(ReadOnlySpan<char> word)
    {
        var before = _position - word.Length - 1;
        return WorkloadNames.IsPodSuffix(word) && before > 0 && _text[before] == '-' && (_position == _text.Length || _text[_position] != '-');
    }

    private static ReadOnlySpan<char> Collapse(ReadOnlySpan<char> word)
    {
        if (!word.ContainsAnyInRange('0', '9'))
        {
            return word;
        }

        if (word.Length >= ShortestHash && (!word.ContainsAnyExcept(Hex) || WorkloadNames.DeploymentOf(string.Concat("x-", word)) is not null))
        {
            return Identity;
        }

        // 5m30s, 128mi, 2026 and 10; but ipv4 and s3 are words.
        return char.IsAsciiDigit(word[0]) ? Number : word;
    }
}
