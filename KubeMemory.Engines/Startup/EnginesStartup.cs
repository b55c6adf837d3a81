using KubeMemory.Core.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Startup;

/// <summary>Starts the engines one after the other, each as often as it takes, and says what it waits for.</summary>
internal sealed partial class EnginesStartup(IEnumerable<IEngineStart> engines, EnginesReady ready, TimeProvider time, ILogger<EnginesStartup> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>How often the same wait is said again.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            foreach (var engine in engines)
            {
                await StartAsync(engine, stoppingToken).ConfigureAwait(false);
            }

            ready.Set();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while waiting.
        }
    }

    private async Task StartAsync(IEngineStart engine, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        long? said = null;
        while (true)
        {
            try
            {
                await engine.StartAsync(cancellationToken).ConfigureAwait(false);
                Log.Answers(logger, engine.Name);
                return;
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                // One that answers with a fault of its own (no such database, a wrong password) may be put right while this waits.
                var sentence = fault is EngineUnavailableException ? fault.Message : $"{engine.Name} cannot be used: {fault.Message}";
                ready.Waiting($"Waiting: {sentence}");
                if (said is not { } at || time.GetElapsedTime(at) >= Reminder)
                {
                    said = time.GetTimestamp();
                    Log.Waiting(logger, engine.Name, sentence);
                }
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Information, "{Engine} answers")]
        public static partial void Answers(ILogger logger, string engine);

        [LoggerMessage(2202, LogLevel.Warning, "Waiting for {Engine}: {Sentence}")]
        public static partial void Waiting(ILogger logger, string engine, string sentence);
    }
}
