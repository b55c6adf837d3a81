namespace KubeMemory.Api.Ingest;

/// <summary>From the signal stream to the store, and from the store's outbox onward.</summary>
public static class IngestRegistration
{
    /// <summary>Needs the engines' ports.</summary>
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddHostedService<IngestWorker>();
        services.AddHostedService<OutboxWorker>();
        services.AddHostedService<LifecycleWorker>();
        return services;
    }
}
