using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Ingest;

/// <summary>Time passes for incidents, twice a minute.</summary>
internal sealed partial class LifecycleWorker(IncidentLifecycle lifecycle, TimeProvider time, ILogger<LifecycleWorker> logger, EnginesReady? ready = null)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await lifecycle.SweepAsync(stoppingToken).ConfigureAwait(false);
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (EngineUnavailableException fault)
            {
                Log.Waiting(logger, fault.Message);
                await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception fault)
            {
                Log.Failed(logger, fault);
                await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3202, LogLevel.Warning, "{Sentence} Unresolved incidents are looked at when it does.")]
        public static partial void Waiting(ILogger logger, string sentence);

        [LoggerMessage(3201, LogLevel.Error, "The sweep over unresolved incidents failed")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
