using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Projection;

/// <summary>Carries on with every rebuild that has been begun, by whomever.</summary>
internal sealed partial class RebuildWorker(Rebuild rebuild, TimeProvider time, ILogger<RebuildWorker> logger, EnginesReady? ready = null) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        await Task.WhenAll(RunAsync(Projectors.Vectors, stoppingToken), RunAsync(Projectors.Graph, stoppingToken)).ConfigureAwait(false);
    }

    private async Task RunAsync(string projector, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                more = await rebuild.StepAsync(projector, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (EngineUnavailableException fault)
            {
                Log.Waiting(logger, projector, fault.Message);
            }
            catch (Exception fault)
            {
                Log.Failed(logger, fault, projector);
            }

            if (!more)
            {
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        // Tried every second, whether anything is being rebuilt or not: the reconciler says the outage once.
        [LoggerMessage(3132, LogLevel.Debug, "The rebuild of {Projector} waits: {Reason}")]
        public static partial void Waiting(ILogger logger, string projector, string reason);

        [LoggerMessage(3131, LogLevel.Warning, "A step of the rebuild of {Projector} failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception fault, string projector);
    }
}
