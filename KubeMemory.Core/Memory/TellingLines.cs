using System.Buffers;
using KubeMemory.Core.Classification;

namespace KubeMemory.Core.Memory;

/// <summary>
/// Of a log the few lines that say why it ended: those with a word of failure in them, the last ones first of all; a stack's frames are left out,
/// because they name the application and not what happened. Without such a line its last ones.
/// </summary>
internal static class TellingLines
{
    private static readonly SearchValues<string> Words = SearchValues.Create(
        [
            "error", "fatal", "panic", "exception", "fail", "refused", "denied", "cannot", "can't", "could not", "couldn't", "unable", "timeout", "timed out",
            "no such", "not found", "invalid", "missing", "killed", "unauthor", "forbidden", "out of memory", "caused by", "unreachable", "unknown", "exceeded",
            "abort", "segfault", "critical", "rejected", "expired", "required", "not set", "undefined", "no space", "too many", "already in use", "traceback",
            "does not exist", "mismatch", "corrupt", "deadlock", "unresolved", "reset by peer", "broken pipe", "econn", "enotfound", "eacces", "enoent", "enospc",
            "emfile", "eaddr", "unexpected", "illegal", "not permitted", "read-only", "quota", "throttl", "shutdown", "failure", "unhealthy",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly string[] Frames = ["at ", "File \"", "goroutine ", "... ", "from /", "\tat ", "^", "created by ", "github.com/", "main.main", "runtime.", "in <module>"];

    /// <summary>In the log's order, each kind of line once (numbers, times and names of pods aside).</summary>
    public static IReadOnlyList<string> Of(string log, int max)
    {
        var lines = log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var telling = Array.FindAll(lines, line => line.AsSpan().ContainsAny(Words) && !IsFrame(line));
        var candidates = telling.Length > 0 ? telling : lines;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<string>();
        for (var i = candidates.Length - 1; i >= 0 && kept.Count < max; i--)
        {
            if (seen.Add(CauseText.Normalise(candidates[i])))
            {
                kept.Add(candidates[i]);
            }
        }

        kept.Reverse();
        return kept;
    }

    private static bool IsFrame(string line) => Array.Exists(Frames, frame => line.StartsWith(frame, StringComparison.Ordinal));
}
