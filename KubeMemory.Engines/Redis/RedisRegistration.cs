using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;
using KubeMemory.Core.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubeMemory.Engines.Redis;

internal static class RedisRegistration
{
    /// <summary>Redis behind the ports of the stream engine. The connection is made by the first who asks, and is the container's to dispose.</summary>
    /// <exception cref="InvalidOperationException">The connection string cannot be read; the message does not repeat it.</exception>
    internal static IServiceCollection AddRedisEngines(this IServiceCollection services, string connectionString)
    {
        // Said at start rather than by the first who asks.
        _ = RedisConnection.Create(connectionString, TimeProvider.System, NullLogger.Instance);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new StreamOptions());
        services.AddSingleton(provider => RedisConnection.Create(
            connectionString, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisConnection>>()));
        services.AddSingleton<ISignalStream, RedisSignalStream>();
        services.AddSingleton<ILeases, RedisLeases>();
        services.AddSingleton<ILiveFeed, RedisLiveFeed>();
        services.AddSingleton<IWatchStatusBoard, RedisWatchStatusBoard>();
        services.AddSingleton(new EngineName(EnginePorts.Signals, "Redis"));
        services.AddSingleton<IEngineProbe, RedisProbe>();
        return services;
    }
}
