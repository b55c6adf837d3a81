using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;

namespace KubeMemory.Core.Analysis;

/// <summary>Second step: what else happened, what is shared, what was rolled out. Thread-safe.</summary>
public sealed class Correlate(ICorrelations? correlations = null)
{
    /// <param name="missing">Hears what could not be asked, one sentence.</param>
    /// <returns>Null where the graph does not answer, or does not have the incident yet.</returns>
    public async Task<IncidentCorrelation?> FindAsync(long incidentId, List<string> missing, CancellationToken cancellationToken)
    {
        var found = await EngineAnswer.OfAsync<IncidentCorrelation?>(
            correlations is null ? null : () => correlations.FindAsync(incidentId, cancellationToken), null, "What happened around it", missing, cancellationToken).ConfigureAwait(false);
        missing.AddRange(found?.Missing ?? []);
        return found;
    }
}
