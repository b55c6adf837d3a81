using System.Diagnostics.Metrics;
using KubeMemory.Core.Analysis;
using KubeMemory.Engines.Telemetry;

namespace KubeMemory.Api.Metrics;

/// <summary>How many analyses wait, run and have failed.</summary>
internal sealed class AnalysisSample : MetricsSample<AnalysisCounts>
{
    private readonly IAnalyses _analyses;

    public AnalysisSample(IAnalyses analyses, IMeterFactory meters, MetricsDemand demand, MetricsOptions options, TimeProvider time)
        : base(demand, options, time)
    {
        _analyses = analyses;
        var meter = meters.Create(ApiMetrics.Name);
        meter.CreateObservableGauge(
            "kubememory.analysis.requests",
            () => Observe(counts => (IEnumerable<Measurement<long>>)
            [
                Of(counts.Queued - counts.Waiting, "queued"), Of(counts.Waiting, "waiting"), Of(counts.Running, "running"), Of(counts.Failed, "failed"),
            ]),
            "{incident}",
            "Incidents whose analysis is queued, waits for another try, runs, or has failed until somebody asks again." + ApiMetrics.Shared);
    }

    public override string Source => "the analyses";

    protected override Task<AnalysisCounts> ReadAsync(CancellationToken cancellationToken) => _analyses.CountAsync(cancellationToken);

    private static Measurement<long> Of(long value, string state) => new(value, KeyValuePair.Create("state", (object?)state));
}
