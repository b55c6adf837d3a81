using KubeMemory.Api.Projection;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Fixes;

/// <summary>What helped with the like of an incident. Where what finds the merely similar does not answer, the same failures are still there.</summary>
/// <param name="similar">Null where nothing finds them.</param>
internal sealed partial class FixGuides(IFixes fixes, ILogger<FixGuides> logger, ISimilarCases? similar = null)
{
    private const int SimilarLookedAt = 8;

    /// <param name="signatureId">Of the incident's analysis; null where inconclusive or not there.</param>
    public async Task<FixGuidance> FindAsync(long incidentId, string? signatureId, CancellationToken cancellationToken) =>
        await fixes.GuidanceAsync(incidentId, signatureId, await SimilarAsync(incidentId, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<long>> SimilarAsync(long incidentId, CancellationToken cancellationToken)
    {
        if (similar is null)
        {
            return [];
        }

        try
        {
            return [.. (await similar.FindAsync(incidentId, SimilarLookedAt, cancellationToken)).Select(one => one.Incident.Id)];
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && PassingFaults.Holds(fault))
        {
            Log.NoSimilar(logger, incidentId, fault.Message);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3171, LogLevel.Warning, "The fixes proposed for incident {Incident} are those of the same failure alone, because similar ones could not be looked for: {Reason}")]
        public static partial void NoSimilar(ILogger logger, long incident, string reason);
    }
}
