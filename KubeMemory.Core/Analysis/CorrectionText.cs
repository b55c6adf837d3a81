using KubeMemory.Core.Contracts;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis;

/// <summary>What people corrected, as sentences.</summary>
internal static class CorrectionText
{
    /// <summary>How many are told.</summary>
    public const int Most = 3;

    private const int Longest = 400;

    /// <summary>Null where nobody has corrected anything.</summary>
    public static string? Of(AnalysisInput input)
    {
        var sentences = input.Retrieved.Guidance.Corrections.Where(fix => fix.Correction is { Length: > 0 }).Take(Most).Select(fix => Sentence(input, fix)).ToList();
        return sentences.Count == 0 ? null : string.Join(' ', sentences);
    }

    private static string Sentence(AnalysisInput input, FixDto fix)
    {
        var where = fix.IncidentId == input.Incident.Id ? "On this incident"
            : fix.Signature == input.Incident.Signature ? $"In an earlier incident of the same signature ({fix.Namespace}/{fix.Workload})"
            : $"In a similar incident ({fix.Namespace}/{fix.Workload})";
        return $"{where}, {Texts.OneLine(fix.By)} corrected: {Texts.Cut(Texts.OneLine(fix.Correction!), Longest).TrimEnd('.')}.";
    }
}
