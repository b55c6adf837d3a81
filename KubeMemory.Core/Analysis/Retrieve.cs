using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Memory;

namespace KubeMemory.Core.Analysis;

/// <summary>First step: what is known of the like. What cannot be asked is said, and the rest goes on without it. Thread-safe.</summary>
public sealed class Retrieve(ISimilarCases? similar = null, IFixes? fixes = null)
{
    /// <summary>How many similar incidents are looked at.</summary>
    public const int Most = 8;

    /// <summary>Corrections that count for the incident: of the same signature or the same entry of the catalogue, its own among them, newest first, at most 5.</summary>
    /// <exception cref="EngineUnavailableException">The incident store does not answer.</exception>
    public async Task<IReadOnlyList<FixDto>> CorrectionsAsync(IncidentDetail incident, string? signatureId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incident);
        if (fixes is null)
        {
            return [];
        }

        var guidance = await fixes.GuidanceAsync(incident.Id, signatureId, [], cancellationToken).ConfigureAwait(false);
        var own = await fixes.OfIncidentAsync(incident.Id, cancellationToken).ConfigureAwait(false);
        return [.. own.Where(fix => fix.Correction is not null).Concat(guidance.Corrections).DistinctBy(fix => fix.Id).OrderByDescending(fix => fix.Id).Take(5)];
    }

    public async Task<Retrieved> FindAsync(
        IncidentDetail incident, string? signatureId, IReadOnlyList<FixDto> corrections, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incident);
        var missing = new List<string>();
        var alike = await EngineAnswer.OfAsync<IReadOnlyList<SimilarIncidentDto>>(
            similar is null ? null : () => similar.FindAsync(incident.Id, Most, cancellationToken), [], "Similar incidents", missing, cancellationToken).ConfigureAwait(false);
        alike = [.. alike.Where(one => one.Incident.Id != incident.Id).Take(Most)];
        var guidance = await EngineAnswer.OfAsync(
            fixes is null ? null : () => fixes.GuidanceAsync(incident.Id, signatureId, [.. alike.Select(one => one.Incident.Id)], cancellationToken),
            FixGuidance.None,
            "Fixes of the like",
            missing,
            cancellationToken).ConfigureAwait(false);

        // What was corrected is part of the key: those of merely similar incidents count after these.
        return new Retrieved(alike, guidance with { Corrections = [.. corrections.Concat(guidance.Corrections).DistinctBy(fix => fix.Id).Take(5)] }) { Missing = missing };
    }
}
