using KubeMemory.Api.Retention;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines;

namespace KubeMemory.Api.Projection;

/// <summary>From the store's outbox to vector memory and graph, and what the store forgets.</summary>
public static class ProjectionRegistration
{
    /// <summary>Beside <c>AddIngest</c>: the workers. Needs the engines' ports, vector memory, graph and embedding generator among them.</summary>
    public static IServiceCollection AddProjections(this IServiceCollection services)
    {
        services.AddOptions<ProjectionOptions>().BindConfiguration(ProjectionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => RetentionSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddHostedService<ProjectionWorker>();
        services.AddHostedService<RebuildWorker>();
        services.AddHostedService<Reconciler>();
        services.AddHostedService<RetentionWorker>();
        return services;
    }

    /// <summary>What asks and rebuilds, without the workers: for the API, and for <see cref="OfflineReindex"/>.</summary>
    public static IServiceCollection AddMemory(this IServiceCollection services)
    {
        services.AddSingleton<ProjectionBoard>();
        services.AddSingleton<TextEmbedding>();
        services.AddSingleton<SimilarIncidents>();
        services.AddSingleton(Diagnoser.Default);
        services.AddSingleton<SimilarCases>();
        services.AddSingleton<ISimilarCases>(provider => provider.GetRequiredService<SimilarCases>());
        services.AddSingleton<ICorrelations, CorrelationFinder>();
        services.AddSingleton<MemorySearch>();
        services.AddSingleton<Reindex>();
        services.AddSingleton<Rebuild>();
        services.AddSingleton<VectorProjector>();
        services.AddSingleton<GraphProjector>();
        services.AddSingleton(provider => new OfflineReindex(
            provider.GetRequiredService<Reindex>(),
            provider.GetRequiredService<Rebuild>(),
            provider.GetRequiredService<IProjections>(),
            provider.GetRequiredService<IOutbox>(),
            provider.GetRequiredService<VectorProjector>(),
            provider.GetRequiredService<GraphProjector>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ProjectorLoop>>()));
        return services;
    }
}
