namespace KubeMemory.Core.Diagnosis;

/// <summary>What the rules make of a case.</summary>
/// <param name="Main">What explains it; null where inconclusive.</param>
/// <param name="Explained">Others that matched and that the main one explains, the most specific first.</param>
/// <param name="Missing">Evidence that would tell more and is not there, one sentence each.</param>
/// <param name="Confidence">
/// 0 to 1: no more than the share of the labelled set's cases of the same verdict and specificity whose cause was right. Not a probability that anyone
/// has promised.
/// </param>
public sealed record Diagnosis(
    Verdict Verdict, Finding? Main, IReadOnlyList<Finding> Explained, IReadOnlyList<string> Missing, double Confidence);

/// <summary>One signature that matched, rendered with the facts of the case.</summary>
/// <param name="Cause">Plain text.</param>
/// <param name="Thing">The named thing, like <c>postgres-service.database</c>; null where the signature names none.</param>
/// <param name="ThingKind">What it is, like <c>host</c>.</param>
/// <param name="Facts">By name.</param>
public sealed record Finding(
    FailureSignature Signature,
    Verdict Verdict,
    string Cause,
    string? Thing,
    string? ThingKind,
    IReadOnlyDictionary<string, string> Facts,
    IReadOnlyList<Citation> Citations,
    IReadOnlyList<SignatureStep> Steps);

/// <param name="EvidenceId">Like <c>E3</c>.</param>
/// <param name="Quote">The line or the part of the text that matched, at most 300 characters.</param>
public sealed record Citation(string EvidenceId, string Quote);
