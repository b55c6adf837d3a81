using KubeMemory.Engines.Telemetry;

namespace KubeMemory.Api.Metrics;

public static class MetricsRegistration
{
    /// <summary>Measures store, stream, projections and analyses. Beside <c>AddIngest</c> and <c>AddKubeMemoryApi</c>.</summary>
    public static IServiceCollection AddApiMetrics(this IServiceCollection services)
    {
        services.AddEngineMetrics();
        services.AddSingleton<IMetricsSample, SignalSample>();
        services.AddSingleton<IMetricsSample, IncidentSample>();
        services.AddSingleton<IMetricsSample, StreamSample>();
        services.AddSingleton<IMetricsSample, ProjectionSample>();
        services.AddSingleton<IMetricsSample, AnalysisSample>();
        return services;
    }
}
