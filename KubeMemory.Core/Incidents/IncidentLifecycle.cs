namespace KubeMemory.Core.Incidents;

/// <summary>What time does to incidents: resolved, stale, held ones that ended well.</summary>
public sealed class IncidentLifecycle(IIncidentStore store, IncidentOptions options, TimeProvider time)
{
    /// <summary>How many incidents and held series changed.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{store}{options}{time}");
}
