using System.Diagnostics.Metrics;
using KubeMemory.Api.Incidents;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Telemetry;

namespace KubeMemory.Api.Metrics;

/// <summary>What the store holds.</summary>
internal sealed class IncidentSample : MetricsSample<StoreCounts>
{
    private readonly IIncidentReader _incidents;

    public IncidentSample(IIncidentReader incidents, IMeterFactory meters, MetricsDemand demand, MetricsOptions options, TimeProvider time)
        : base(demand, options, time)
    {
        _incidents = incidents;
        var meter = meters.Create(ApiMetrics.Name);
        meter.CreateObservableGauge(
            "kubememory.incidents.open",
            () => Observe(counts => Enum.GetValues<Severity>().Select(severity => new Measurement<long>(
                counts.OpenBySeverity.GetValueOrDefault(severity), KeyValuePair.Create("severity", (object?)IncidentQueryParser.NameOf(severity))))),
            "{incident}",
            "Incidents that are open, investigated or stale." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.incidents.stored",
            () => Observe<long>(counts => [new(counts.Incidents)]),
            "{incident}",
            "All incidents in the store, resolved ones too." + ApiMetrics.Shared);
        meter.CreateObservableGauge(
            "kubememory.storms.recent",
            () => Observe<long>(counts => [new(counts.Storms)]),
            "{storm}",
            "Storms seen within the last 24 hours." + ApiMetrics.Shared);
    }

    public override string Source => "the incidents";

    protected override Task<StoreCounts> ReadAsync(CancellationToken cancellationToken) => _incidents.CountAsync(cancellationToken);
}
