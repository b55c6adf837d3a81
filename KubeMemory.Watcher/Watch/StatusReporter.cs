using System.Threading.Channels;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Watcher.Watch;

/// <summary>Says on the board how one connection does: when something changes, and every five seconds.</summary>
internal sealed partial class StatusReporter(IWatchStatusBoard board, TimeProvider time, ILogger logger, WatchStatus initial)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Changes within this time make one report.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private WatchStatus _status = initial;

    /// <summary>Another watcher holds the cluster: it reports.</summary>
    public bool Silent { get; set; }

    /// <summary>Brings the status up to date before it is told.</summary>
    public Action? BeforeReport { get; set; }

    public WatchStatus Current
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    public void Update(Func<WatchStatus, WatchStatus> change)
    {
        lock (_gate)
        {
            var next = change(_status);
            if (next == _status)
            {
                return;
            }

            _status = next.State == _status.State ? next : next with { Since = time.GetUtcNow() };
        }

        _changed.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await ReportAsync(cancellationToken).ConfigureAwait(false);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var changed = _changed.Reader.WaitToReadAsync(waiting.Token).AsTask();
            if (await Task.WhenAny(changed, Task.Delay(Interval, time, waiting.Token)).ConfigureAwait(false) == changed)
            {
                await Task.Delay(Settle, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _changed.Reader.TryRead(out _);
            }

            await waiting.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (Silent)
        {
            return;
        }

        try
        {
            BeforeReport?.Invoke();
            // What that changed goes out with this report.
            _changed.Reader.TryRead(out _);
            await board.ReportAsync(Current with { ReportedAt = time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineUnavailableException e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotReported(logger, e.Message);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The next report comes in five seconds, and the store's own health shows the cause.
            Log.ReportFailed(logger, e);
        }
        catch (OperationCanceledException)
        {
            // Stopping: there is nothing left to say.
        }
    }

    private static partial class Log
    {
        // The next report comes in five seconds, and the outage is said by the engine's own connection.
        [LoggerMessage(131, LogLevel.Debug, "[watcher] The status could not be reported: {Reason}")]
        public static partial void NotReported(ILogger logger, string reason);

        [LoggerMessage(130, LogLevel.Warning, "[watcher] The status could not be reported.")]
        public static partial void ReportFailed(ILogger logger, Exception e);
    }
}
