namespace KubeMemory.Core.Diagnosis;

/// <summary>The rules: which signatures match a case, and which of them explains it. Pure, thread-safe.</summary>
public sealed class Diagnoser(IReadOnlyList<FailureSignature> signatures)
{
    /// <summary>With the whole catalogue.</summary>
    public static Diagnoser Default { get; } = new(SignatureCatalogue.All);

    public Diagnosis Diagnose(DiagnosisCase incident)
    {
        ArgumentNullException.ThrowIfNull(incident);
        var findings = new List<Finding>();
        foreach (var signature in signatures)
        {
            if (SignatureMatch.Of(signature, incident) is { } finding)
            {
                findings.Add(finding);
            }
        }

        findings.Sort((one, other) => other.Signature.Specificity.CompareTo(one.Signature.Specificity));
        return findings.Count == 0
            ? new Diagnosis(Verdict.Inconclusive, null, [], incident.Missing, 0)
            : new Diagnosis(findings[0].Verdict, findings[0], findings[1..], incident.Missing, findings[0].Verdict == Verdict.Confirmed ? 0.9 : 0.6);
    }
}
