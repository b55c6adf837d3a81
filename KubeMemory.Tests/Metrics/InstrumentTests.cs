using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using KubeMemory.Api.Live;
using KubeMemory.Api.Metrics;
using KubeMemory.Api.Projection;
using KubeMemory.Engines;
using KubeMemory.Engines.Models;
using KubeMemory.Engines.Telemetry;
using KubeMemory.Watcher;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Metrics;

/// <summary>Every instrument of ours explains itself, and the table in docs/metrics.md is about exactly these.</summary>
public sealed class InstrumentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instruments_HaveUnitAndDescription()
    {
        var instruments = await InstrumentsAsync();

        Assert.All(instruments, instrument =>
        {
            Assert.False(string.IsNullOrWhiteSpace(instrument.Unit), $"{instrument.Name} has no unit.");
            Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal);
            Assert.Matches("^kubememory(\\.[a-z0-9_]+)+$", instrument.Name);
        });
    }

    [Fact]
    public async Task Documentation_NamesEveryInstrument_WithItsKindAndUnit()
    {
        var instruments = (await InstrumentsAsync()).Select(instrument => (NameOf(instrument), KindOf(instrument), instrument.Unit!.Trim('{', '}')));

        Assert.Equal(instruments.Distinct().Order(), MetricFiles.Documented().Select(row => (row.Name, row.Kind, row.Unit)).Order());
    }

    private static async Task<IReadOnlyList<Instrument>> InstrumentsAsync()
    {
        using var home = new TemporaryFolder();
        await using var engines = await EmbeddedEngines.OpenAsync(home.PathOf("data"), TimeProvider.System, NullLoggerFactory.Instance, Cancelled);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddKubeMemoryEngines(engines).AddMemory().AddSingleton<LiveReaders>().AddApiMetrics();
        await using var provider = services.BuildServiceProvider();

        var found = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            // What Microsoft.Extensions.AI measures under our meter explains itself.
            if (instrument.Meter.Name.StartsWith("KubeMemory.", StringComparison.Ordinal) && !instrument.Name.StartsWith("gen_ai.", StringComparison.Ordinal))
            {
                lock (found)
                {
                    found.Add(instrument);
                }
            }
        };
        listener.Start();
        RuntimeHelpers.RunClassConstructor(typeof(WatcherMetrics).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(ApiMetrics).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(ModelMetrics).TypeHandle);
        _ = provider.GetRequiredService<LiveReaders>();
        Assert.NotEmpty(provider.GetServices<IMetricsSample>());
        lock (found)
        {
            return [.. found.DistinctBy(instrument => instrument.Name)];
        }
    }

    /// <summary>As Prometheus knows it: kubememory.watch.report.age, s → kubememory_watch_report_age_seconds.</summary>
    private static string NameOf(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (KindOf(instrument) == "counter" ? "_total" : "");

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }
}
