using System.Text;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Memory;

/// <summary>
/// The text by which an incident is found again: what failed, and the lines of its evidence that tell. The same facts give the same text.
/// Times, counts and nodes are left out: they differ between two of the same kind.
/// </summary>
public static class IncidentDocument
{
    /// <summary>In characters: some 1,000 tokens, which the smaller embedding models still take as a whole.</summary>
    public const int MaxLength = 4000;

    private const int LongestLine = 300;
    private const int EventsQuoted = 6;
    private const int StatesQuoted = 4;
    private const int LogsQuoted = 2;
    private const int LogLines = 12;

    /// <summary>What a container's state says of how it ended, among what changes with every look at it.</summary>
    private static readonly string[] TellingStates = ["exit code", "waiting", "last words", "reason", "message"];

    public static string Of(IncidentFacts incident) => Of(incident, Redactor.Default);

    public static string Of(IncidentFacts incident, Redactor redactor)
    {
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(redactor);
        var text = new StringBuilder();
        text.Append(incident.Type).Append(" of ").Append(incident.WorkloadKind).Append(' ').Append(incident.Workload);
        text.Append(incident.Container.Length > 0 ? $", container {incident.Container}" : "").Append(" in ").Append(incident.Namespace).Append('\n');
        text.Append(incident.Signature).Append('\n').Append(incident.Description).Append('\n');
        if (incident.Image is { } image)
        {
            text.Append("image ").Append(image).Append('\n');
        }

        var said = new HashSet<string>(StringComparer.Ordinal) { incident.Description, incident.Signature };
        Quote(text, said, Of(incident, EvidenceKind.Event).SelectMany(Lines).Take(EventsQuoted));
        Quote(text, said, Of(incident, EvidenceKind.ContainerState).Take(StatesQuoted).SelectMany(Lines).Where(Tells).Select(WithoutTimes));
        foreach (var log in Of(incident, EvidenceKind.Log).Take(LogsQuoted))
        {
            Quote(text, said, Lines(log).TakeLast(LogLines));
        }

        // Redacted where it was stored, and again here, where it leaves for another engine; before the cut, which could halve a secret.
        return Texts.Cut(redactor.Redact(text.ToString()).TrimEnd('\n'), MaxLength);
    }

    /// <summary>The instance that crashed before the one that runs.</summary>
    private static IEnumerable<EvidenceFact> Of(IncidentFacts incident, EvidenceKind kind) =>
        incident.Evidence.Where(evidence => evidence.Kind == kind)
            .OrderByDescending(evidence => evidence.Title.EndsWith("before its last restart", StringComparison.Ordinal));

    private static IEnumerable<string> Lines(EvidenceFact evidence) =>
        evidence.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool Tells(string line) => Array.Exists(TellingStates, word => line.Contains(word, StringComparison.Ordinal));

    /// <summary><c>before: ended with exit code 137, reason OOMKilled, started 2025-…, finished 2025-…</c></summary>
    private static string WithoutTimes(string line) =>
        line.IndexOf(", started ", StringComparison.Ordinal) is > 0 and var at ? line[..at] : line;

    private static void Quote(StringBuilder text, HashSet<string> said, IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(said.Add))
        {
            text.Append(Texts.Cut(line, LongestLine)).Append('\n');
        }
    }
}
