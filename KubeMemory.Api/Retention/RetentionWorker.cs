using KubeMemory.Core.Audit;
using KubeMemory.Core.Retention;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Retention;

/// <summary>Forgets what is old, once an hour, in small transactions. Any number of processes may.</summary>
internal sealed partial class RetentionWorker(
    IRetention retention, IAuditLog audit, RetentionOptions options, TimeProvider time, ILogger<RetentionWorker> logger, EnginesReady? ready = null) : BackgroundService
{
    /// <summary>Incidents, or entries of the audit log, a transaction: it must not keep the ingest waiting.</summary>
    private const int Batch = 100;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await SweepAsync(stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            var compacted = await AllAsync(max => retention.CompactAsync(now - options.IncidentsFor, max, cancellationToken)).ConfigureAwait(false);
            var logs = await AllAsync(max => retention.DropLogsAsync(now - options.LogsFor, max, cancellationToken)).ConfigureAwait(false);
            if (compacted + logs > 0)
            {
                Log.Forgot(logger, compacted, options.IncidentsFor, logs, options.LogsFor);
            }

            var analyses = await AllAsync(max => retention.DropAnalysesAsync(now - options.IncidentsFor, max, cancellationToken)).ConfigureAwait(false);
            if (analyses > 0)
            {
                Log.DroppedAnalyses(logger, analyses, options.IncidentsFor);
            }

            var dropped = await AllAsync(max => audit.DropAsync(now - options.AuditFor, max, cancellationToken)).ConfigureAwait(false);
            if (dropped > 0)
            {
                Log.DroppedAudit(logger, dropped, options.AuditFor);
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, fault);
        }
    }

    private static async Task<int> AllAsync(Func<int, Task<int>> forget)
    {
        var all = 0;
        int some;
        do
        {
            some = await forget(Batch).ConfigureAwait(false);
            all += some;
        }
        while (some == Batch);
        return all;
    }

    private static partial class Log
    {
        [LoggerMessage(3151, LogLevel.Information, "Compacted {Compacted} incidents older than {IncidentsFor} and dropped the logs of {Logs} older than {LogsFor}")]
        public static partial void Forgot(ILogger logger, int compacted, TimeSpan incidentsFor, int logs, TimeSpan logsFor);

        [LoggerMessage(3153, LogLevel.Information, "Dropped {Dropped} entries of the audit log older than {AuditFor}")]
        public static partial void DroppedAudit(ILogger logger, int dropped, TimeSpan auditFor);

        [LoggerMessage(3154, LogLevel.Information, "Dropped {Dropped} analyses older than {IncidentsFor} that no incident has any more")]
        public static partial void DroppedAnalyses(ILogger logger, int dropped, TimeSpan incidentsFor);

        [LoggerMessage(3152, LogLevel.Error, "Forgetting what is old failed; again within the hour")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
