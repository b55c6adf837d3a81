using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// What an analysis depends on, hashed: two incidents of the same key are the same failure, told of other names. It is made of the signature,
/// what the rules found, the evidence without identity, what people corrected, and the versions of catalogue and prompt.
/// </summary>
public static partial class AnalysisKey
{
    /// <summary>Changes with every change of this file that gives other keys.</summary>
    private const string Version = "1";

    /// <summary>Of a log; what else its lines say differs from one time to the next.</summary>
    private const int LogLines = 12;

    /// <summary>How far from a log's end its telling lines are looked for.</summary>
    private const int LogTail = 60;

    /// <param name="promptVersion">Null where no model is asked.</param>
    /// <param name="corrections">Of analyses of the same failure, in any order.</param>
    public static string Of(
        IncidentDetail incident, Diagnosis.Diagnosis diagnosis, string? promptVersion, IReadOnlyList<FixDto> corrections)
    {
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(diagnosis);
        ArgumentNullException.ThrowIfNull(corrections);
        var names = OwnNames.Of(incident);
        var parts = new List<string> { Version, SignatureCatalogue.Version, promptVersion ?? "", $"{incident.IncidentType}", incident.Signature };
        parts.Add(diagnosis.Main is { } main ? $"{main.Signature.Id} {diagnosis.Verdict} {names.Replace(main.Thing ?? "")}" : "");
        parts.AddRange(corrections.OrderBy(fix => fix.Id).Select(fix => $"{fix.Id} {(fix.EditedAt ?? fix.At).ToUnixTimeMilliseconds()}"));

        // Where a line states the cause it is that line which counts; otherwise everything that might tell.
        var lines = diagnosis is { Verdict: Verdict.Confirmed, Main: { } confirmed } ? confirmed.Citations.Select(citation => citation.Quote) : TellingLines(incident);
        parts.AddRange(lines.Select(line => Skeleton.Of(names.Replace(line))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }

    private static IEnumerable<string> TellingLines(IncidentDetail incident) =>
    [
        .. incident.Evidence.Where(evidence => evidence.Kind == EvidenceKind.Event).SelectMany(evidence => Lines(evidence.Text)),
        .. incident.Evidence.Where(evidence => evidence.Kind == EvidenceKind.ContainerState).SelectMany(evidence => Lines(evidence.Text)).Select(Ending).OfType<string>(),
        .. LogOf(incident) is { } log ? LinesOf(log) : [],
    ];

    /// <summary>The incident's own container before others, and the instance that crashed before the one that runs.</summary>
    private static EvidenceDto? LogOf(IncidentDetail incident) => incident.Evidence.Where(evidence => evidence.Kind == EvidenceKind.Log)
        .OrderByDescending(evidence => evidence.Container == incident.Container).ThenByDescending(evidence => evidence.Previous).FirstOrDefault();

    private static List<string> LinesOf(EvidenceDto log)
    {
        var tail = Lines(log.Text).TakeLast(LogTail).ToList();
        var telling = tail.FindAll(line => Complaint().IsMatch(line));
        return [.. (telling.Count > 0 ? telling : tail.TakeLast(3)).TakeLast(LogLines)];
    }

    /// <summary>
    /// <c>before: ended with exit code 137, reason OOMKilled, started 2025-…</c>: how it ended, whether it is looked at before or after it has
    /// been started again.
    /// </summary>
    private static string? Ending(string line)
    {
        var at = line.IndexOf("ended with", StringComparison.Ordinal);
        at = at < 0 ? line.IndexOf("its last words", StringComparison.Ordinal) : at;
        if (at < 0)
        {
            return null;
        }

        var times = line.IndexOf(", started ", at, StringComparison.Ordinal);
        return times < 0 ? line[at..] : line[at..times];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(
        "error|exception|fatal|panic|fail|denied|refused|timeout|timed out|cannot|can't|could not|unable|not found|no such|invalid|missing|killed|abort|traceback|unauthori|forbidden|expired",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Complaint();
}
