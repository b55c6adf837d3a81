using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Fixes;

/// <summary>
/// What people did and whether it worked. Part of the incident store: each change is one transaction with the outbox rows of the incident
/// (vectors, graph) and, for corrections, of the unresolved incidents of the same signature (analysis). Texts come redacted and checked. Thread-safe.
/// </summary>
public interface IFixes
{
    /// <summary>Null where there is no such incident.</summary>
    Task<FixDto?> AddAsync(long incidentId, FixDraft draft, CancellationToken cancellationToken);

    /// <summary>Null where there is no such fix. What is null stays; an empty text or correction takes it away.</summary>
    Task<FixDto?> EditAsync(long fixId, FixPatch patch, CancellationToken cancellationToken);

    /// <summary>False where there is no such fix.</summary>
    Task<bool> DeleteAsync(long fixId, CancellationToken cancellationToken);

    Task<FixDto?> GetAsync(long fixId, CancellationToken cancellationToken);

    /// <summary>Newest first; <paramref name="before"/> is the last id of the page before.</summary>
    /// <param name="signature">Of the incidents; null for all.</param>
    /// <param name="max">1 to 200.</param>
    Task<(long Count, IReadOnlyList<FixDto> Fixes)> ListAsync(string? signature, long? before, int max, CancellationToken cancellationToken);

    /// <summary>Recorded on the incident, newest first.</summary>
    Task<IReadOnlyList<FixDto>> OfIncidentAsync(long incidentId, CancellationToken cancellationToken);

    /// <summary>
    /// Fixes that worked and corrections, of other incidents than this one: those of the same signature, those of the same
    /// <see cref="FixDto.SignatureId"/>, and those of <paramref name="similar"/>; each with how fixes fared. Best first: merely similar ones last,
    /// this workload's before others', higher success rate, newer. The same text is proposed once.
    /// </summary>
    /// <param name="signatureId">Of the incident's diagnosis; null where inconclusive.</param>
    /// <param name="similar">Incidents that are like it.</param>
    Task<FixGuidance> GuidanceAsync(long incidentId, string? signatureId, IReadOnlyList<long> similar, CancellationToken cancellationToken);
}

/// <param name="By">The name of who is signed in.</param>
public sealed record FixDraft(string Text, bool? Worked, string? Correction, string? SignatureId, string By);

/// <param name="Proposals">At most 5; only what people confirmed.</param>
/// <param name="Corrections">At most 5, newest first.</param>
public sealed record FixGuidance(IReadOnlyList<FixProposal> Proposals, IReadOnlyList<FixDto> Corrections)
{
    public static FixGuidance None { get; } = new([], []);
}
