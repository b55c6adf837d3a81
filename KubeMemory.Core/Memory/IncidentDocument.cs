using System.Text;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Memory;

/// <summary>
/// The text by which an incident is found again: what failed, what its texts speak of, and the lines of its evidence that tell. The same facts give
/// the same text. Times, counts and nodes are left out, and its own names but for the first line: they differ between two of the same kind.
/// </summary>
public static class IncidentDocument
{
    /// <summary>In characters: some 1,000 tokens, which the smaller embedding models still take as a whole.</summary>
    public const int MaxLength = 4000;

    private const int LongestLine = 300;
    private const int ConceptsNamed = 6;

    /// <summary>A log's very last lines, besides those that tell.</summary>
    private const int LastLines = 4;

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

        var cause = CaseText.CauseOf(incident);
        var log = CaseText.LogOf(incident);
        if (FailureConcepts.Of(cause.Concat(log), ConceptsNamed) is { Count: > 0 } concepts)
        {
            text.Append("about ").AppendJoin(", ", concepts).Append('\n');
        }

        var said = new HashSet<string>(StringComparer.Ordinal) { incident.Description, incident.Signature };
        Quote(text, said, cause);
        Quote(text, said, log);
        if (CaseText.Of(incident, EvidenceKind.Log).FirstOrDefault() is { } newest)
        {
            Quote(text, said, CaseText.Lines(newest).TakeLast(LastLines));
        }

        // Redacted where it was stored, and again here, where it leaves for another engine; before the cut, which could halve a secret.
        return Texts.Cut(redactor.Redact(text.ToString()).TrimEnd('\n'), MaxLength);
    }

    private static void Quote(StringBuilder text, HashSet<string> said, IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(said.Add))
        {
            text.Append(Texts.Cut(line, LongestLine)).Append('\n');
        }
    }
}
