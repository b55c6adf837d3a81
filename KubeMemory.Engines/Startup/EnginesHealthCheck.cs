using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KubeMemory.Engines.Startup;

/// <summary>Ready means that the service's own engines answer. How the watch does is status, not readiness.</summary>
internal sealed class EnginesHealthCheck(EngineAnswers answers, EnginesReady? ready = null) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (ready is { IsReady: false })
        {
            return HealthCheckResult.Unhealthy(ready.WaitingFor ?? EngineAnswers.Starting);
        }

        var failed = (await answers.AskNeededAsync(cancellationToken).ConfigureAwait(false)).Where(e => !e.Healthy).ToList();
        return failed.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(string.Join(" ", failed.Select(e => $"{e.Port} ({e.Engine}) does not answer: {e.Error}")));
    }
}

public static class EnginesHealthRegistration
{
    /// <summary>The check <c>engines</c> over whatever engines the container has.</summary>
    public static IServiceCollection AddEnginesHealth(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EngineAnswers>();
        services.AddHealthChecks().AddCheck<EnginesHealthCheck>("engines");
        return services;
    }
}
