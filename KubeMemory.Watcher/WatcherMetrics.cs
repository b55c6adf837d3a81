using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KubeMemory.Watcher;

/// <summary>Traces and metrics of the watcher; telemetry subscribes to both by <see cref="Name"/>.</summary>
public static class WatcherMetrics
{
    public const string Name = "KubeMemory.Watcher";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Counter<long> Received { get; } = Meter.CreateCounter<long>("kubememory.watcher.received", "{signal}", "Event versions and state facts that arrived.");

    internal static Counter<long> Filtered { get; } = Meter.CreateCounter<long>("kubememory.watcher.filtered", "{signal}", "Arrived, and about normal life.");

    internal static Counter<long> Coalesced { get; } = Meter.CreateCounter<long>("kubememory.watcher.coalesced", "{signal}", "Superseded by a later version in the same batch.");

    internal static Counter<long> Appended { get; } = Meter.CreateCounter<long>("kubememory.watcher.appended", "{signal}", "Committed to the signal stream.");

    internal static Counter<long> AppendRetries { get; } = Meter.CreateCounter<long>("kubememory.watcher.append_retries", "{retry}", "Appends that failed and were tried again.");

    internal static Counter<long> Relists { get; } = Meter.CreateCounter<long>("kubememory.watcher.relists", "{list}", "Lists after a failure or an expired version.");

    internal static Histogram<double> Lag { get; } = Meter.CreateHistogram<double>("kubememory.watcher.lag", "s", "From an Event's arrival to its committed append.");
}
