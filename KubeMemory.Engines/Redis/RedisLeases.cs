using System.Globalization;
using KubeMemory.Core.Streams;
using StackExchange.Redis;

namespace KubeMemory.Engines.Redis;

/// <summary>Leases by the server's clock, so that the clocks of those who compete do not matter.</summary>
internal sealed class RedisLeases(RedisConnection redis) : ILeases
{
    public async Task<Lease?> TryAcquireAsync(string resource, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        var fence = await redis.RunAsync(RedisScripts.Acquire, [RedisKeys.Lease(resource)], [holder, Micros(duration)], cancellationToken).ConfigureAwait(false);
        return fence.IsNull ? null : new Lease(resource, holder, (long)fence);
    }

    public async Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return (long)await redis.RunAsync(RedisScripts.Renew, [RedisKeys.Lease(lease.Resource)], [lease.Holder, Fence(lease), Micros(duration)], cancellationToken)
            .ConfigureAwait(false) == 1;
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return redis.RunAsync(RedisScripts.Release, [RedisKeys.Lease(lease.Resource)], [lease.Holder, Fence(lease)], cancellationToken);
    }

    /// <summary>As it is stored.</summary>
    public static RedisValue Fence(Lease lease) => lease.Fence.ToString(CultureInfo.InvariantCulture);

    private static RedisValue Micros(TimeSpan duration) => (long)duration.TotalMicroseconds;
}
