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
/// <param name="Cpu">Of this process in that time, user and system: what a machine that others share can be compared by.</param>
/// <param name="Occurrences">In the store: in incidents.</param>
internal sealed record PipelineOutcome(TimeSpan Elapsed, TimeSpan Cpu, long Occurrences, long Incidents);

/// <summary>The watcher and the ingest in this process, on the engines of either size.</summary>
internal static class PipelineRun
{
    public static async Task<PipelineOutcome> RunAsync(SimulatorProcess simulator, string dataFolder)
    {
        await using var engines = await OpenAsync(dataFolder);
        return await RunAsync(simulator, services => services.AddKubeMemoryEngines(engines));
    }

    /// <param name="addEngines">Registers every port.</param>
    public static async Task<PipelineOutcome> RunAsync(SimulatorProcess simulator, Action<IServiceCollection> addEngines)
    {
        using var host = Build(simulator, services =>
        {
            addEngines(services);
            services.AddIngest();
        });
        var stream = host.Services.GetRequiredService<ISignalStream>();

        var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await host.StartAsync();
        await WaitAsync(async () =>
            await ReceivedAsync(stream) >= simulator.Expected.Lines
            && await stream.CountPendingAsync(StreamTopics.Signals, "ingest", CancellationToken.None) == 0);
        var (elapsed, used) = (Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - cpu);
        await host.StopAsync();
        var (occurrences, incidents) = await CountAsync(host.Services.GetRequiredService<IIncidentReader>());
        return new PipelineOutcome(elapsed, used, occurrences, incidents);
    }

    /// <summary>The batches that the watcher makes of the same events.</summary>
    public static async Task<IReadOnlyList<AppendBatch>> RecordAsync(SimulatorProcess simulator, string dataFolder)
    {
        await using var engines = await OpenAsync(dataFolder);
        var recording = new RecordingStream(engines.Stream);
        using var host = Build(simulator, services =>
        {
            services.AddKubeMemoryEngines(engines);
            services.AddSingleton<ISignalStream>(recording);
        });
        await host.StartAsync();
        await WaitAsync(() => Task.FromResult(recording.Received >= simulator.Expected.Lines));
        await host.StopAsync();
        return recording.Batches;
    }

    private static Task<EmbeddedEngines> OpenAsync(string dataFolder) =>
        EmbeddedEngines.OpenAsync(dataFolder, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    private static IHost Build(SimulatorProcess simulator, Action<IServiceCollection> more)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration[WatcherOptions.KubeconfigPathKey] = simulator.Kubeconfig;
        builder.Configuration[WatcherOptions.NamespacesKey] = WatcherOptions.AllNamespaces;
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddKubeMemoryWatcher(builder.Configuration);
        more(builder.Services);
        return builder.Build();
    }

    private static async Task<long> ReceivedAsync(ISignalStream stream) =>
        (await stream.GetGateCountsAsync(CancellationToken.None)).Where(gate => gate.Gate == Gates.Received).Sum(gate => gate.Count);

    private static async Task WaitAsync(Func<Task<bool>> done)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await done())
        {
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<(long Occurrences, long Incidents)> CountAsync(IIncidentReader reader)
    {
        var (occurrences, incidents) = (0L, 0L);
        var query = IncidentQuery.All with { Limit = 200 };
        do
        {
            var slice = await reader.ListAsync(query, CancellationToken.None);
            occurrences += slice.Results.Sum(incident => incident.Occurrences);
            incidents += slice.Results.Count;
            query = query with { Cursor = slice.Next };
        }
        while (query.Cursor is not null);

        return (occurrences, incidents);
    }
}
