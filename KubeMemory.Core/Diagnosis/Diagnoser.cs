namespace KubeMemory.Core.Diagnosis;

/// <summary>The rules: which signatures match a case, and which of them explains it. Pure, thread-safe.</summary>
/// <remarks>
/// The most specific match explains the others. Of a log it counts which line matched: see <see cref="Logs.LogReading"/>.
/// </remarks>
public sealed class Diagnoser(IReadOnlyList<FailureSignature> signatures)
{
    /// <summary>With the whole catalogue.</summary>
    public static Diagnoser Default { get; } = new(SignatureCatalogue.All);

    public Diagnosis Diagnose(DiagnosisCase incident)
    {
        ArgumentNullException.ThrowIfNull(incident);
        var reading = new CaseReading(incident);
        var matches = signatures
            .Select(signature => SignatureMatch.Of(signature, reading))
            .OfType<SignatureMatch>()
            .OrderByDescending(match => match.Weight)
            .ThenByDescending(match => match.Finding.Verdict)
            .ThenBy(match => match.Finding.Signature.Id, StringComparer.Ordinal)
            .ToList();
        var missing = MissingEvidence.Of(reading, signatures, isExplained: matches.Count > 0 && matches[0].Finding.Verdict == Verdict.Confirmed);
        if (matches.Count == 0)
        {
            return new Diagnosis(Verdict.Inconclusive, null, [], missing, 0);
        }

        var main = matches[0];
        return new Diagnosis(
            main.Finding.Verdict, main.Finding, [.. matches.Skip(1).Select(match => match.Finding)], missing, Confidence.Of(main.Finding.Verdict, main.Weight));
    }
}
