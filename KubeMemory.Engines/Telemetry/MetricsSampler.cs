using System.Collections.Concurrent;
using KubeMemory.Engines.Startup;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Telemetry;

/// <summary>Reads all the samples of the process again and again while somebody collects, and says once what cannot be read.</summary>
internal sealed partial class MetricsSampler(
    IEnumerable<IMetricsSample> samples, MetricsDemand demand, MetricsOptions options, TimeProvider time, ILogger<MetricsSampler> logger, EnginesReady? ready = null)
    : BackgroundService
{
    /// <summary>An engine that takes longer cannot be measured.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<IMetricsSample> _samples = [.. samples];
    private readonly ConcurrentDictionary<string, bool> _missing = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                await demand.WaitAsync(stoppingToken).ConfigureAwait(false);
                while (demand.Lasts)
                {
                    await SampleAsync(stoppingToken).ConfigureAwait(false);
                    await Task.Delay(options.SampleEvery, time, stoppingToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>All of them once, each for itself.</summary>
    internal Task SampleAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_samples.Where(sample => !sample.NeedsEngines || ready is not { IsReady: false }).Select(sample => SampleAsync(sample, cancellationToken)));

    private async Task SampleAsync(IMetricsSample sample, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await sample.SampleAsync(patience.Token).WaitAsync(patience.Token).ConfigureAwait(false);
            if (_missing.TryRemove(sample.Source, out _))
            {
                Log.Back(logger, sample.Source);
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            sample.Forget();
            if (_missing.TryAdd(sample.Source, true))
            {
                Log.Missing(logger, sample.Source, timeout.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds} seconds." : fault.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2221, LogLevel.Warning, "There are no metrics of {Source} for now: {Reason}")]
        public static partial void Missing(ILogger logger, string source, string reason);

        [LoggerMessage(2222, LogLevel.Information, "The metrics of {Source} are back")]
        public static partial void Back(ILogger logger, string source);
    }
}
