using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Streams;
using KubeMemory.Watcher.Connections;
using KubeMemory.Watcher.Informers;

namespace KubeMemory.Watcher.Watch;

/// <summary>
/// Keeps one connection watched for as long as the process lives: resolves it, finds out which cluster it is, takes the lease, watches,
/// and begins again whatever ends that.
/// </summary>
/// <param name="connection">The connection's name.</param>
/// <param name="open">Resolves the connection; called again each time, because the kubeconfig may have changed.</param>
internal sealed partial class ClusterWatch(
    string connection,
    Func<ClusterConnection> open,
    WatcherOptions options,
    ISignalStream stream,
    ILeases leases,
    IWatchStatusBoard board,
    TimeProvider time,
    Random random,
    ILogger logger)
{
    private readonly StatusReporter _status = new(board, time, logger, new WatchStatus(
        connection, "", connection, null, null, WatchState.Disconnected, options.Namespaces, time.GetUtcNow(), time.GetUtcNow(), null, null, null, [], 0));

    private readonly Backoff _backoff = new(time, random);
    private readonly ClusterLease _lease = new(leases, time, logger);
    private string? _loaded;
    private string? _lastError;
    private WatchSession? _session;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var measured = WatcherMetrics.Watch(Read);
        _status.Silent = await IsReportedAsync(cancellationToken).ConfigureAwait(false);
        var reports = _status.RunAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                await RecoverAsync(e, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Stopping.
            }
        }

        await reports.ConfigureAwait(false);
    }

    /// <summary>Another watcher says how this connection does: nothing of ours must cover it before we hold the lease.</summary>
    private async Task<bool> IsReportedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var statuses = await board.ListAsync(cancellationToken).ConfigureAwait(false);
            return statuses.Any(s => s.Connection == connection && time.GetUtcNow() - s.ReportedAt < StatusReporter.Interval * 2);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.BoardUnread(logger, e);
            return false;
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var cluster = open();
        if (cluster.KubeconfigPath is { } path && path != _loaded)
        {
            Log.Loaded(logger, path);
            _loaded = path;
        }

        _status.Update(s => s with { Name = cluster.Name, Server = cluster.Server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) });
        var clusterId = await ClusterIdentity.FindAsync(cluster.Reader, cluster.Fingerprint, cancellationToken).ConfigureAwait(false);
        var lease = await WaitForLeaseAsync(clusterId, cancellationToken).ConfigureAwait(false);
        try
        {
            _lastError = null;
            _backoff.Healthy();
            _status.Update(s => s with { ClusterId = clusterId, State = WatchState.Syncing, LastError = null });
            var target = new WatchTarget(cluster.Reader, clusterId, cluster.Name, cluster.Fingerprint, options.Namespaces, options.WatchTimeout);
            using var session = new WatchSession(target, lease, stream, _status, time, random, logger);
            _status.BeforeReport = session.UpdateStatus;
            Volatile.Write(ref _session, session);
            await session.RunAsync(_lease, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _session, null);
            _status.BeforeReport = null;
            await _lease.ReleaseAsync(lease).ConfigureAwait(false);
        }
    }

    private async Task<Lease> WaitForLeaseAsync(string clusterId, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _lease.TryAcquireAsync(clusterId, cancellationToken).ConfigureAwait(false) is { } lease)
            {
                _status.Silent = false;
                return lease;
            }

            if (!_status.Silent)
            {
                Log.StandingBy(logger, clusterId);
                _status.Silent = true;
            }

            await Task.Delay(ClusterLease.TryEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RecoverAsync(Exception e, CancellationToken cancellationToken)
    {
        var wait = _backoff.Next((e as KubernetesException)?.RetryAfter);
        var known = _status.Current;
        WatcherMetrics.Failures.Add(1, [new("error.type", WatcherMetrics.KindOf(e)), new("resource", "cluster"), .. ClusterTags.Of(known.ClusterId, known.Name)]);
        switch (e)
        {
            case ConnectionException or KubernetesException or EngineUnavailableException:
                if (Subject(e) != _lastError)
                {
                    Log.Unreachable(logger, e.Message);
                }

                break;
            case StaleFenceException or ClusterChangedException:
                Log.Ended(logger, e.Message);
                break;
            default:
                Log.Failed(logger, e, wait.TotalSeconds);
                break;
        }

        _lastError = Subject(e);
        _status.Update(s => s with { State = WatchState.Disconnected, LastError = e is ConnectionException or KubernetesException ? e.Message : s.LastError });
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>For the gauges; null while another watcher holds the cluster, which shows it.</summary>
    private WatchReading? Read()
    {
        if (_status.Silent)
        {
            return null;
        }

        var status = _status.Current;
        var session = Volatile.Read(ref _session);
        return new WatchReading(
            connection,
            ClusterTags.Of(status.ClusterId, status.Name),
            [.. status.Scopes.Select(scope => (scope, session?.Watches(scope) ?? false))],
            time.GetUtcNow() - (session?.LastEventAt ?? status.LastEventAt),
            time.GetUtcNow() - session?.OldestUncommitted ?? TimeSpan.Zero);
    }

    /// <summary>What is said once: an engine's outage is the same one however its attempts end.</summary>
    private static string Subject(Exception e) => e is EngineUnavailableException { Engine: var engine } ? engine : e.Message;

    private static partial class Log
    {
        [LoggerMessage(160, LogLevel.Information, "Loaded kubeconfig from {Path}")]
        public static partial void Loaded(ILogger logger, string path);

        [LoggerMessage(161, LogLevel.Warning, "[watcher] {Reason} Trying again.")]
        public static partial void Unreachable(ILogger logger, string reason);

        [LoggerMessage(162, LogLevel.Information, "[watcher] Another watcher holds the cluster {Cluster}; standing by.")]
        public static partial void StandingBy(ILogger logger, string cluster);

        [LoggerMessage(163, LogLevel.Warning, "[watcher] {Reason} Starting over.")]
        public static partial void Ended(ILogger logger, string reason);

        [LoggerMessage(165, LogLevel.Warning, "[watcher] The status board could not be read.")]
        public static partial void BoardUnread(ILogger logger, Exception e);

        [LoggerMessage(164, LogLevel.Error, "[watcher] The watch failed; starting over in {Seconds:0.0} s.")]
        public static partial void Failed(ILogger logger, Exception e, double seconds);
    }
}
