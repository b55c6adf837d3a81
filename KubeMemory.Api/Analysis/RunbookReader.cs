using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Analysis;

/// <summary>Gathers what a runbook tells besides the analysis; what cannot be asked is left out, and the runbook says so.</summary>
internal sealed class RunbookReader(TimeProvider time, ISimilarCases? similar = null, IFixes? fixes = null)
{
    private const int SimilarTold = 5;

    /// <param name="result">Null while there is no analysis.</param>
    public async Task<Runbook> WriteAsync(IncidentDetail incident, AnalysisResult? result, CancellationToken cancellationToken)
    {
        // As the analysis asks, so that the two say the same.
        var retrieved = await new Retrieve(similar, fixes).FindAsync(incident, result?.SignatureId, [], cancellationToken).ConfigureAwait(false);
        return RunbookText.Of(incident, result, retrieved with { Similar = [.. retrieved.Similar.Take(SimilarTold)] }, time.GetUtcNow());
    }
}
