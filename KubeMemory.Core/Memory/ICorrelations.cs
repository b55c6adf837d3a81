using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Memory;

/// <summary>What else happened around an incident, what it shares with others, and what was rolled out before. Thread-safe.</summary>
public interface ICorrelations
{
    /// <summary>Null where there is no such incident. A graph that does not answer is said in <see cref="IncidentCorrelation.Missing"/>.</summary>
    /// <exception cref="EngineUnavailableException">The incident store does not answer.</exception>
    Task<IncidentCorrelation?> FindAsync(long incidentId, CancellationToken cancellationToken);
}
