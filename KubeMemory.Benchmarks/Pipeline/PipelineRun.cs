using System.Diagnostics;
using KubeMemory.Api.Ingest;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Streams;
using KubeMemory.Engines;
using KubeMemory.Watcher;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubeMemory.Benchmarks.Pipeline;

/// <param name="Elapsed">From the start of the watcher, its first list of pods included, to the last committed change.</param>
/// <param name="Occurrences">In the store, of Events: in incidents and held.</param>
internal sealed record PipelineOutcome(TimeSpan Elapsed, long Occurrences, long Incidents, int Batches);

/// <summary>The watcher and the ingest as Standalone runs them, in this process.</summary>
internal static class PipelineRun
{
    public static async Task<PipelineOutcome> RunAsync(SimulatorProcess simulator, string dataFolder)
    {
        await using var engines = await EmbeddedEngines.OpenAsync(dataFolder, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration[WatcherOptions.KubeconfigPathKey] = simulator.Kubeconfig;
        builder.Configuration[WatcherOptions.NamespacesKey] = WatcherOptions.AllNamespaces;
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddKubeMemoryEngines(engines);
        builder.Services.AddKubeMemoryWatcher(builder.Configuration);
        builder.Services.AddIngest();
        using var host = builder.Build();

        var started = Stopwatch.GetTimestamp();
        await host.StartAsync();
        await WaitForAllAsync(engines, simulator.Expected.Lines);
        var elapsed = Stopwatch.GetElapsedTime(started);
        await host.StopAsync();
        return await CountAsync(engines, elapsed);
    }

    private static async Task WaitForAllAsync(EmbeddedEngines engines, long lines)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync())
        {
            var received = (await engines.Stream.GetGateCountsAsync(CancellationToken.None)).Where(gate => gate.Gate == Gates.Received).Sum(gate => gate.Count);
            if (received >= lines && await engines.Stream.CountPendingAsync(StreamTopics.Signals, "ingest", CancellationToken.None) == 0)
            {
                return;
            }
        }
    }

    private static async Task<PipelineOutcome> CountAsync(EmbeddedEngines engines, TimeSpan elapsed)
    {
        await Task.CompletedTask;
        return new PipelineOutcome(elapsed, 0, 0, 0);
    }
}
