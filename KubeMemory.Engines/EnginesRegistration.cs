using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Retention;
using KubeMemory.Core.Streams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KubeMemory.Engines;

/// <summary>The one place that knows which engine serves a port: a connection string selects it, without one the embedded engine serves.</summary>
public static class EnginesRegistration
{
    /// <summary>The embedded engines, which the caller opened and disposes of, behind every port.</summary>
    public static IServiceCollection AddKubeMemoryEngines(this IServiceCollection services, EmbeddedEngines shared)
    {
        ArgumentNullException.ThrowIfNull(shared);
        services.AddSingleton(shared);
        // Instances, not factories: a container disposes what its factories made, and the hosts share these.
        services.AddSingleton<ISignalStream>(shared.Stream);
        services.AddSingleton<ILeases>(shared.Leases);
        services.AddSingleton<ILiveFeed>(shared.LiveFeed);
        services.AddSingleton<IWatchStatusBoard>(shared.StatusBoard);
        services.AddSingleton<IIncidentReader>(shared.Reader);
        services.AddSingleton<IIncidentStore>(shared.Store);
        services.AddSingleton<IOutbox>(shared.Outbox);
        services.AddSingleton<IProjections>(shared.Projections);
        services.AddSingleton<IIncidentGraph>(shared.Graph);
        services.AddSingleton<IRetention>(shared.Retention);
        services.AddSingleton(new EngineName(EnginePorts.Incidents, "SQLite"));
        services.AddSingleton(new EngineName(EnginePorts.Signals, "SQLite"));
        foreach (var probe in shared.Probes)
        {
            services.AddSingleton(probe);
        }

        services.AddSingleton(shared.IncidentOptions);
        services.AddSingleton<IncidentIngestor>();
        services.AddSingleton<IncidentLifecycle>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>The engines of the connection strings. A separate process must never fall back to a private file.</summary>
    /// <exception cref="InvalidOperationException">A connection string is missing; the message says which.</exception>
    public static IServiceCollection AddKubeMemoryEngines(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var name in (string[])["postgres", "redis"])
        {
            if (string.IsNullOrWhiteSpace(configuration.GetConnectionString(name)))
            {
                throw new InvalidOperationException(
                    $"The connection string \"{name}\" is missing: set ConnectionStrings__{name}, or run KubeMemory.Standalone, which needs none.");
            }
        }

        throw new InvalidOperationException("PostgreSQL and Redis are not supported by this version: run KubeMemory.Standalone.");
    }
}
