using System.Diagnostics.Metrics;

namespace KubeMemory.Api.Metrics;

/// <summary>What the API counts while it works; what must be asked of an engine is in the samples beside.</summary>
internal static class ApiMetrics
{
    public const string Name = "KubeMemory.Api";

    /// <summary>Ends the description of what is asked of an engine that all replicas share.</summary>
    public const string Shared = " Every API replica says the same: take the maximum, not the sum.";

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Minutes = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];
    private static readonly int[] Signals = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];

    private static readonly Meter Meter = new(Name);

    public static Histogram<int> BatchSize { get; } = Meter.CreateHistogram(
        "kubememory.ingest.batch.size", "{signal}", "Signals of one batch that went into the incident store.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = Signals });

    public static Histogram<double> BatchDuration { get; } = Meter.CreateHistogram(
        "kubememory.ingest.batch.duration", "s", "One batch into the incident store, its transaction included.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    public static Counter<long> Opened { get; } = Meter.CreateCounter<long>("kubememory.incidents.opened", "{incident}", "Incidents that this process has opened.");

    public static Histogram<double> ProjectionDuration { get; } = Meter.CreateHistogram(
        "kubememory.projection.duration", "s", "One write of a projector to its engine.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    public static Counter<long> Projected { get; } = Meter.CreateCounter<long>(
        "kubememory.projection.items", "{item}", "Changes that this process has projected, by what became of them: projected, retried, put_aside.");

    public static Histogram<double> AnalysisDuration { get; } = Meter.CreateHistogram(
        "kubememory.analysis.duration", "s", "One analysis that was run to its end, its model included.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Minutes });

    public static Counter<long> Analysed { get; } = Meter.CreateCounter<long>(
        "kubememory.analysis.runs", "{analysis}", "Analyses of this process, by what became of them: completed, reused, waiting, retried, failed, cancelled.");

    public static Counter<long> AnalysisTokens { get; } = Meter.CreateCounter<long>(
        "kubememory.analysis.tokens", "{token}", "Tokens that analyses of this process have used, by type: input, output.");
}
