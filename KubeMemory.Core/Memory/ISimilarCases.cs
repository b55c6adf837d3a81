using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Memory;

/// <summary>What happened before that is like an incident. Thread-safe.</summary>
public interface ISimilarCases
{
    /// <summary>
    /// Likest first: earlier lives of the same incident key, then the same signature elsewhere, then what reads alike. Never the incident itself.
    /// Empty where there is nothing, or no such incident.
    /// </summary>
    /// <param name="max">1 to 50.</param>
    /// <exception cref="EngineUnavailableException">The incident store, which has the full text, does not answer.</exception>
    Task<IReadOnlyList<SimilarIncidentDto>> FindAsync(long incidentId, int max, CancellationToken cancellationToken);
}
