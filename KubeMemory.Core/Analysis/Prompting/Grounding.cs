using System.Net;
using System.Text.RegularExpressions;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>Whether what a model says stands in the data that it was given.</summary>
internal static class Grounding
{
    private const int LongestQuote = 300;
    private const int LeastWords = 3;

    /// <summary>Of two short accounts of the same failure, where neither names a thing.</summary>
    private const int LeastWordsOfAccounts = 2;
    private const int LongestEnding = 3;
    private const int LeastLetters = 4;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly Regex WordPattern = new(@"[\p{L}\p{N}][\p{L}\p{N}._/:@-]*", Options);

    // Hosts, addresses, mail: what a reader could be sent to.
    private static readonly Regex PlacePattern = new(@"[a-z0-9_][a-z0-9_.+-]*@[a-z0-9-]+(\.[a-z0-9-]+)+|([a-z0-9_][a-z0-9_-]*\.)+[a-z][a-z0-9-]+|[0-9]{1,3}(\.[0-9]{1,3}){3}", Options);

    // Said of every failure there is.
    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "container", "containers", "kubernetes", "cluster", "because", "which", "that", "this", "with", "from", "have", "been", "does", "cannot", "could", "would",
        "should", "fails", "failed", "failing", "failure", "error", "errors", "cause", "caused", "causes", "root", "pods", "application", "workload", "namespace",
        "deployment", "node", "nodes", "when", "there", "their", "will", "into", "must", "need", "needs", "started", "start", "starting", "restart", "restarting",
        "back", "back-off", "state", "event", "reason", "message", "issue", "problem", "system", "status", "running", "waiting", "event", "events", "more", "times",
        "line", "speaks", "language", "model", "left", "above", "last", "before", "image", "what", "asks",
    };

    /// <summary>
    /// The text says something that this data says: a name or number of it, or three words that are not said of every failure.
    /// </summary>
    /// <param name="own">The names of what fails, which every sentence about it has.</param>
    public static bool Supports(string data, string text, IReadOnlyList<string> own)
    {
        var said = WordsOf(data);
        var common = WordsOf(text).Where(word => said.Contains(word) && !own.Any(name => word.Contains(name, StringComparison.OrdinalIgnoreCase) || name.Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
        return common.Exists(IsName) || common.Count >= LeastWords;
    }

    /// <summary>It names a host, an address or a mailbox that stands nowhere in the data.</summary>
    public static bool NamesAnotherPlace(string text, string data) =>
        PlacePattern.Matches(text).Any(place => !IsOfKubernetes(place.Value) && !IsOfPrograms(place.Value) && !data.Contains(place.Value.TrimEnd('.'), StringComparison.OrdinalIgnoreCase));

    /// <summary>The line of the data that has the most of the text's words, names counting more.</summary>
    public static string Quote(string data, string text)
    {
        var words = WordsOf(text);
        var best = data.Split('\n').MaxBy(line => WordsOf(line).Where(words.Contains).Sum(word => IsName(word) ? LeastWords : 1)) ?? "";
        return Texts.Cut(best.Trim(), LongestQuote);
    }

    /// <summary>Of two accounts of a failure: whether they speak of the same.</summary>
    /// <param name="thing">What the first one names; null where it names nothing.</param>
    public static bool IsSame(string account, string? thing, string other)
    {
        if (thing is { Length: > 2 } && other.Contains(thing, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var said = WordsOf(account);
        return WordsOf(other).Count(said.Contains) >= (thing is null ? LeastWordsOfAccounts : LeastWords);
    }

    private static HashSet<string> WordsOf(string text) =>
        [.. WordPattern.Matches(text.ToLowerInvariant()).Select(word => word.Value.TrimEnd('.', ':', '/', '-')).Where(word => word.Length >= LeastLetters && !Common.Contains(word)).Select(Stem)];

    /// <summary>Exceeded, exceeds and exceeding are one word; names are left alone.</summary>
    private static string Stem(string word)
    {
        if (IsName(word) || word.Length < LeastLetters + LongestEnding - 1)
        {
            return word;
        }

        foreach (var ending in (string[])["ing", "ed", "es", "s"])
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
            {
                return word[..^ending.Length];
            }
        }

        return word;
    }

    /// <summary>It can hardly stand there by chance: <c>postgres-service.database</c>, <c>256mi</c>.</summary>
    private static bool IsName(string word) =>
        word.AsSpan().ContainsAnyInRange('0', '9') || word.AsSpan().ContainsAny("._/:@");

    // java.lang.OutOfMemoryError
    private static bool IsOfPrograms(string place) => place[(place.LastIndexOf('.') + 1)..].AsSpan().ContainsAnyInRange('A', 'Z');

    // kubernetes.io/hostname, deployment.apps, and files of programs
    private static bool IsOfKubernetes(string place)
    {
        var end = place[(place.LastIndexOf('.') + 1)..].ToLowerInvariant();
        return place.EndsWith("kubernetes.io", StringComparison.OrdinalIgnoreCase) || place.EndsWith(".k8s.io", StringComparison.OrdinalIgnoreCase)
            || end is "apps" or "batch" or "yaml" or "yml" or "json" or "py" or "js" or "ts" or "java" or "go" or "rb" or "conf" or "env" or "xml" or "properties" or "toml" or "ini"
                or "txt" or "log" or "dll" or "jar" or "exe" or "php" or "svc" or "local" or "memory" or "cpu" or "limits" or "requests" or "resources" or "containers" or "spec"
            || (IPAddress.TryParse(place, out var address) && IPAddress.IsLoopback(address)) || place == "0.0.0.0" || place is "e.g" or "i.e";
    }
}
