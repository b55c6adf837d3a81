using KubeMemory.Core.Clusters;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Startup;
using KubeMemory.Watcher.Connections;
using KubeMemory.Watcher.Watch;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KubeMemory.Watcher;

public static class WatcherRegistration
{
    /// <summary>
    /// Watches the cluster that the environment names, and answers the evidence requests about it. Needs <see cref="ISignalStream"/>,
    /// <see cref="ILeases"/> and <see cref="IWatchStatusBoard"/>.
    /// </summary>
    public static IServiceCollection AddKubeMemoryWatcher(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WatcherOptions>().Configure(o => o.Read(configuration)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WatcherOptions>, WatcherOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddHostedService<WatcherHost>();
        return services;
    }
}

/// <summary>Runs the watch of the environment's connection.</summary>
internal sealed class WatcherHost(
    IOptions<WatcherOptions> options, ISignalStream stream, ILeases leases, IWatchStatusBoard board, TimeProvider time, Random random,
    ILogger<WatcherHost> logger, EnginesReady? ready = null) : BackgroundService
{
    /// <summary>The name of the connection that the environment defines.</summary>
    public const string EnvironmentConnection = "environment";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(
        async () =>
        {
            if (ready is not null)
            {
                await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
            }

            await new ClusterWatch(
                EnvironmentConnection, () => ClusterConnection.Open(options.Value, time), options.Value, stream, leases, board, time, random, logger)
                .RunAsync(stoppingToken).ConfigureAwait(false);
        },
        stoppingToken);
}
