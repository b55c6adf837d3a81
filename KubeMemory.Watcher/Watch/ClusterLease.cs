using KubeMemory.Core.Contracts;
using KubeMemory.Core.Streams;

namespace KubeMemory.Watcher.Watch;

/// <summary>One watcher a cluster: takes the lease and keeps it.</summary>
internal sealed partial class ClusterLease(ILeases leases, TimeProvider time, ILogger logger)
{
    /// <summary>With <see cref="TryEvery"/> it bounds how long a cluster is unwatched after its watcher died: another one goes on within 15 s.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(3);

    /// <summary>How often a watcher that stands by asks for the lease.</summary>
    public static readonly TimeSpan TryEvery = TimeSpan.FromSeconds(1);

    public static string ResourceOf(string clusterId) => $"watch/{clusterId}";

    /// <summary>Null while another watcher holds it.</summary>
    public Task<Lease?> TryAcquireAsync(string clusterId, CancellationToken cancellationToken) =>
        leases.TryAcquireAsync(ResourceOf(clusterId), WatcherIdentity.Name, Duration, cancellationToken);

    /// <summary>Renews until it is lost.</summary>
    /// <exception cref="StaleFenceException">It is another's, or could not be renewed before it ran out.</exception>
    public async Task KeepAsync(Lease lease, CancellationToken cancellationToken)
    {
        var renewed = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(RenewEvery, time, cancellationToken).ConfigureAwait(false);
            try
            {
                if (!await leases.RenewAsync(lease, Duration, cancellationToken).ConfigureAwait(false))
                {
                    throw new StaleFenceException(lease.Resource, lease.Fence);
                }

                renewed = time.GetTimestamp();
            }
            catch (Exception e) when (e is not StaleFenceException && !cancellationToken.IsCancellationRequested)
            {
                if (e is EngineUnavailableException)
                {
                    Log.NotRenewed(logger, lease.Resource, e.Message);
                }
                else
                {
                    Log.RenewFailed(logger, e, lease.Resource);
                }

                if (time.GetElapsedTime(renewed) >= Duration)
                {
                    throw new StaleFenceException(lease.Resource, lease.Fence);
                }
            }
        }
    }

    /// <summary>Lets the next watcher in at once rather than after the lease has run out.</summary>
    public async Task ReleaseAsync(Lease lease)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            await leases.ReleaseAsync(lease, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.ReleaseFailed(logger, lease.Resource, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(150, LogLevel.Warning, "[watcher] The lease on {Resource} could not be renewed.")]
        public static partial void RenewFailed(ILogger logger, Exception e, string resource);

        [LoggerMessage(151, LogLevel.Information, "[watcher] The lease on {Resource} could not be released and runs out by itself: {Reason}")]
        public static partial void ReleaseFailed(ILogger logger, string resource, string reason);

        // An outage is said by the engine's own connection, once; what ends with it is said when it ends.
        [LoggerMessage(152, LogLevel.Debug, "[watcher] The lease on {Resource} could not be renewed: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string resource, string reason);
    }
}
