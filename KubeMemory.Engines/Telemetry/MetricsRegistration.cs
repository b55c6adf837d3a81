using KubeMemory.Engines.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KubeMemory.Engines.Telemetry;

public static class MetricsRegistration
{
    /// <summary>Measures what must be asked of the engines: the state of those in the container, and every <see cref="IMetricsSample"/>.</summary>
    public static IServiceCollection AddEngineMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EngineAnswers>();
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MetricsOptions>>().Value);
        services.AddSingleton<MetricsDemand>();
        services.AddSingleton<IMetricsSample, EngineSample>();
        services.AddHostedService<MetricsSampler>();
        return services;
    }
}
