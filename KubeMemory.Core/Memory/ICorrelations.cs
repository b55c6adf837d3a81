using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Memory;

/// <summary>What else happened around an incident, what it shares with others, and what was rolled out before. Thread-safe.</summary>
public interface ICorrelations
{
    /// <summary>Null where there is no such incident, or it has not reached the graph yet.</summary>
    /// <exception cref="EngineUnavailableException">The graph does not answer.</exception>
    Task<IncidentCorrelation?> FindAsync(long incidentId, CancellationToken cancellationToken);
}
