using System.Text;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Memory;

/// <summary>
/// An incident's texts without its own names: two workloads that fail for the same reason differ in those alone, and two that fail for different
/// reasons on one workload share them.
/// </summary>
internal static class CaseText
{
    public const int LogLines = 8;
    private const int EventsRead = 6;
    private const int StatesRead = 4;
    private const int LogsRead = 3;
    private const int ShortestName = 3;

    /// <summary>What a container's state says of how it ended, among what changes with every look at it.</summary>
    private static readonly string[] TellingStates = ["exit code", "waiting", "last words", "reason", "message"];

    /// <summary>Description, cause, events, and how its containers ended.</summary>
    public static IReadOnlyList<string> CauseOf(IncidentFacts incident)
    {
        var names = NamesOf(incident);
        return
        [
            .. new[] { incident.Signature, incident.Description }
                .Concat(Of(incident, EvidenceKind.Event).SelectMany(Lines).Take(EventsRead))
                .Concat(Of(incident, EvidenceKind.ContainerState).Take(StatesRead).SelectMany(Lines).Where(Tells).Select(WithoutTimes))
                .Select(line => Without(line, names)).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>The telling lines of its logs, the crashed instance's first; where there are none, its last words.</summary>
    public static IReadOnlyList<string> LogOf(IncidentFacts incident)
    {
        var names = NamesOf(incident);
        return
        [
            .. Of(incident, EvidenceKind.Log).Take(LogsRead).SelectMany(log => TellingLines.Of(log.Text, LogLines))
                .Select(line => Without(line, names)).Distinct(StringComparer.Ordinal).Take(LogLines * 2),
        ];
    }

    /// <summary>The instance that crashed before the one that runs.</summary>
    public static IEnumerable<EvidenceFact> Of(IncidentFacts incident, EvidenceKind kind) =>
        incident.Evidence.Where(evidence => evidence.Kind == kind).OrderByDescending(IsPrevious);

    public static bool IsPrevious(EvidenceFact evidence) => evidence.Title.EndsWith("before its last restart", StringComparison.Ordinal);

    public static bool Tells(string line) => Array.Exists(TellingStates, word => line.Contains(word, StringComparison.Ordinal));

    public static IEnumerable<string> Lines(EvidenceFact evidence) =>
        evidence.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>before: ended with exit code 137, reason OOMKilled, started 2025-…, finished 2025-…</c></summary>
    public static string WithoutTimes(string line) =>
        line.IndexOf(", started ", StringComparison.Ordinal) is > 0 and var at ? line[..at] : line;

    /// <summary>Its own names, the longest first: a pod's begins with its workload's.</summary>
    public static IReadOnlyList<string> NamesOf(IncidentFacts incident)
    {
        IEnumerable<string?> names = [incident.Namespace, incident.Workload, incident.Container, incident.Image, .. incident.Pods.SelectMany(pod => (string?[])[pod.Name, pod.NodeName])];
        return [.. names.OfType<string>().Where(name => name.Length >= ShortestName).Distinct(StringComparer.Ordinal).OrderByDescending(name => name.Length)];
    }

    /// <summary>Names within words stay.</summary>
    public static string Without(string line, IReadOnlyList<string> names)
    {
        StringBuilder? text = null;
        foreach (var name in names)
        {
            var source = text?.ToString() ?? line;
            for (var at = source.IndexOf(name, StringComparison.Ordinal); at >= 0; at = source.IndexOf(name, at + 1, StringComparison.Ordinal))
            {
                if (IsApart(source, at, at + name.Length))
                {
                    text = new StringBuilder(source).Replace(name, "", at, name.Length);
                    source = text.ToString();
                    at = Math.Max(-1, at - 1);
                }

                if (at + 1 >= source.Length)
                {
                    break;
                }
            }
        }

        return text?.ToString() ?? line;
    }

    private static bool IsApart(string text, int start, int end) =>
        (start == 0 || !IsPart(text[start - 1])) && (end == text.Length || !IsPart(text[end]));

    // A dot is part of a host's name: the namespace within postgres.shop.svc stays.
    private static bool IsPart(char letter) => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.';
}
