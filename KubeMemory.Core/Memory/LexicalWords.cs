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
    public enum WordKind
    {
        Word,

        /// <summary>An exit or status code.</summary>
        Code,

        /// <summary>Stands for some number or hash, or is a word of every other incident.</summary>
        Placeholder,
    }

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

    // Words that stand in every other incident, whatever failed: each says little, no more than one n-gram does.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Frequent =
        new HashSet<string>(StringComparer.Ordinal)
        {
            "back", "off", "backoff", "restarting", "restarted", "restarts", "failed", "failure", "fail", "container", "containers", "pod", "pods", "error", "errors", "err",
            "exit", "exited", "code", "reason", "ended", "before", "now", "waiting", "last", "words", "state", "keeps", "crashing", "crashloopbackoff", "deployment", "statefulset",
            "daemonset", "replicaset", "namespace", "image", "kubelet", "info", "warn", "warning", "debug", "level", "severity", "msg", "message", "time", "timestamp", "ts", "logger",
            "log", "thread", "main", "caller", "trace", "traceback", "recent", "call", "starting", "started", "start", "stopping", "stopped", "shutting", "down", "application", "app",
            "service", "server", "java", "org", "com", "net", "io", "lang", "github", "usr", "src", "lib", "js", "go", "py", "module", "file", "line", "true", "false", "null", "utc",
            "while", "not", "no", "could", "cannot", "can", "when", "during", "after", "due", "because", "rpc", "desc", "unknown", "process", "pid", "exception", "fatal", "panic",
            "user", "default", "svc", "cluster", "local", "using", "will", "you", "your", "please", "see", "check", "more", "details", "which", "there", "have", "had", "s", "t", "e",
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

    /// <summary>The telling words of a text (those that stand for nothing and are not frequent, codes aside), each once, in order.</summary>
    public static IReadOnlyList<string> ListOf(ReadOnlySpan<char> text, int most)
    {
        var words = new LexicalWords(text);
        var list = new List<string>();
        try
        {
            while (list.Count < most && words.MoveNext())
            {
                if (words.Kind == WordKind.Word && words.Current.ToString() is var word && !list.Contains(word))
                {
                    list.Add(word);
                }
            }
        }
        finally
        {
            words.Dispose();
        }

        return list;
    }

    public ReadOnlySpan<char> Current { get; private set; }

    public WordKind Kind { get; private set; }

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
            Kind = isCode ? WordKind.Code : collapsed is Number or Identity || Frequent.Contains(collapsed) ? WordKind.Placeholder : WordKind.Word;
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
