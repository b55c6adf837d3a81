using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Incidents;

/// <summary>Turns batches of signals into incidents. Idempotent and tolerant of any order; one batch is one transaction.</summary>
public sealed class IncidentIngestor(IIncidentStore store, IncidentOptions options, TimeProvider time)
{
    public Task<IngestOutcome> IngestAsync(IReadOnlyList<SignalEnvelope> batch, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{store}{options}{time}");
}

/// <param name="Stored">Signals that changed an incident.</param>
/// <param name="Deduplicated">Signals that had been stored before.</param>
/// <param name="Held">Signals that are held back.</param>
/// <param name="Opened">Incidents opened.</param>
public sealed record IngestOutcome(int Stored, int Deduplicated, int Held, int Opened);
