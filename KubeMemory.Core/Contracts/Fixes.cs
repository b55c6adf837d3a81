namespace KubeMemory.Core.Contracts;

/// <summary>What a person did about an incident.</summary>
/// <param name="Text">What was done, up to 4,000 characters of plain text, redacted; empty where only an analysis was corrected.</param>
/// <param name="Worked">Null while nobody has said.</param>
/// <param name="Correction">What the cause really was, where the analysis was wrong; up to 2,000 characters.</param>
/// <param name="SignatureId">The catalogue's signature that the analysis had named then; null where it was inconclusive.</param>
/// <param name="By">Who recorded it.</param>
public sealed record FixDto(
    long Id,
    long IncidentId,
    string Text,
    bool? Worked,
    string? Correction,
    string Signature,
    string? SignatureId,
    string Cluster,
    string Namespace,
    string Workload,
    string By,
    DateTimeOffset At,
    DateTimeOffset? EditedAt);

/// <summary>Body of <c>POST /api/incidents/{id}/fixes/</c>. At least one of text and correction.</summary>
public sealed record FixCreate(string? Text, bool? Worked, string? Correction);

/// <summary>Body of <c>PATCH /api/fixes/{id}/</c>: what is left out, or null, stays; an empty text or correction is taken away, as long as the other one is there.</summary>
public sealed record FixPatch(string? Text, bool? Worked, string? Correction);

/// <summary><c>GET /api/incidents/{id}/fixes/</c>: what was recorded on it, newest first, and what helped with the like.</summary>
/// <param name="Proposals">Confirmed fixes of other incidents, best first, at most 5.</param>
/// <param name="Corrections">Of analyses of the like, newest first, at most 5.</param>
public sealed record FixesOfIncident(IReadOnlyList<FixDto> Fixes, IReadOnlyList<FixProposal> Proposals, IReadOnlyList<FixDto> Corrections);

/// <param name="Reason">Why it is proposed, in plain words: <c>It worked for the same failure of this workload 3 days ago.</c></param>
/// <param name="OnSignature">How fixes fared on incidents of the same signature.</param>
/// <param name="OnWorkload">How they fared on this workload.</param>
public sealed record FixProposal(FixDto Fix, string Reason, SuccessRate OnSignature, SuccessRate OnWorkload);

/// <param name="Worked">Of <paramref name="Tried"/>; those of which nobody has said whether they worked are not counted.</param>
public sealed record SuccessRate(long Worked, long Tried);

/// <summary><c>GET /api/fixes/</c>.</summary>
public sealed record FixPage(long Count, string? Next, IReadOnlyList<FixDto> Results);
