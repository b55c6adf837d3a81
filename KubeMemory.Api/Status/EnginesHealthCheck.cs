using KubeMemory.Engines.Startup;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KubeMemory.Api.Status;

/// <summary>Ready means that the service's own engines answer. How the watch does is status, not readiness.</summary>
internal sealed class EnginesHealthCheck(StatusReader status, EnginesReady? ready = null) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (ready is { IsReady: false })
        {
            return HealthCheckResult.Unhealthy(ready.WaitingFor ?? "The engines are being started.");
        }

        var failed = (await status.ProbeAsync(cancellationToken)).Where(e => !e.Healthy).ToList();
        return failed.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(string.Join(" ", failed.Select(e => $"{e.Port} ({e.Engine}) does not answer: {e.Error}")));
    }
}
