using KubeMemory.Core.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Startup;

/// <summary>Starts the engines one after the other, each as often as it takes, and says what it waits for.</summary>
internal sealed partial class EnginesStartup : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>How often the same reason to wait is said again; another reason is said at once.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);

    private readonly List<IEngineStart> _engines;
    private readonly EnginesReady _ready;
    private readonly TimeProvider _time;
    private readonly ILogger<EnginesStartup> _logger;

    public EnginesStartup(IEnumerable<IEngineStart> engines, EnginesReady ready, TimeProvider time, ILogger<EnginesStartup> logger)
    {
        (_engines, _ready, _time, _logger) = ([.. engines], ready, time, logger);
        if (_engines.Count == 0)
        {
            // Opened before the host was built: nobody is ever told to wait.
            ready.Set();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            foreach (var engine in _engines)
            {
                await StartAsync(engine, stoppingToken).ConfigureAwait(false);
            }

            _ready.Set();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while waiting.
        }
    }

    private async Task StartAsync(IEngineStart engine, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        var said = new HashSet<string>(StringComparer.Ordinal);
        long since = 0;
        // A first answer may take seconds.
        _ready.Waiting($"Waiting for {engine.Name}.");
        while (true)
        {
            try
            {
                await engine.StartAsync(cancellationToken).ConfigureAwait(false);
                Log.Answers(_logger, engine.Name);
                return;
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                // One that answers with a fault of its own (no such database, a wrong password) may be put right while this waits.
                var reason = fault is EngineUnavailableException unavailable ? unavailable.Reason : fault.Message.ReplaceLineEndings(" ").TrimEnd('.');
                _ready.Waiting($"Waiting for {engine.Name}: {reason}.");
                if (_time.GetElapsedTime(since) >= Reminder)
                {
                    said.Clear();
                }

                if (said.Count == 0)
                {
                    since = _time.GetTimestamp();
                }

                if (said.Add(reason))
                {
                    Log.Waiting(_logger, engine.Name, reason);
                }
            }

            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Information, "{Engine} answers")]
        public static partial void Answers(ILogger logger, string engine);

        [LoggerMessage(2202, LogLevel.Warning, "Waiting for {Engine}: {Reason}.")]
        public static partial void Waiting(ILogger logger, string engine, string reason);
    }
}
