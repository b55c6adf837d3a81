using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Streams;
using KubeMemory.Watcher.Connections;

namespace KubeMemory.Watcher;

/// <summary>Traces and metrics of the watcher; telemetry subscribes to both by <see cref="Name"/>.</summary>
public static class WatcherMetrics
{
    public const string Name = "KubeMemory.Watcher";

    /// <summary>The gate behind which the API counts: committed to the signal stream.</summary>
    internal const string Appended = "appended";

    private static readonly Meter Meter = new(Name);
    private static readonly ConcurrentDictionary<Func<WatchReading?>, bool> Watches = new();

    static WatcherMetrics()
    {
        Meter.CreateObservableGauge(
            "kubememory.watch.up",
            () => Read((watch, tags) => watch.Scopes.Select(scope => new Measurement<int>(scope.Up ? 1 : 0, [.. tags, new("scope", scope.Name)]))),
            "{watch}",
            "1 while the Events of the scope (a namespace, or * for all) arrive, 0 while they do not. Of the watcher that holds the cluster.");
        Meter.CreateObservableGauge(
            "kubememory.watch.last_event.age",
            () => Read<double>((watch, tags) => watch.LastEventAge is { } age ? [new(Math.Max(0, age.TotalSeconds), tags)] : []),
            "s",
            "Since the newest Event seen, by the Event's own time; not there while none has been seen. Of the watcher that holds the cluster.");
        Meter.CreateObservableGauge(
            "kubememory.watch.checkpoint.lag",
            () => Read<double>((watch, tags) => [new(Math.Max(0, watch.CheckpointLag.TotalSeconds), tags)]),
            "s",
            "How long the oldest of what arrived and is not committed yet waits; 0 while all of it is. Of the watcher that holds the cluster.");
    }

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Counter<long> Signals { get; } = Meter.CreateCounter<long>(
        "kubememory.watcher.signals", "{signal}", "Event versions and state facts that came to a gate of this watcher: received, filtered, deduplicated, appended.");

    internal static Counter<long> AppendRetries { get; } = Meter.CreateCounter<long>(
        "kubememory.watcher.append.retries", "{retry}", "Appends to the signal stream that failed and were tried again.");

    internal static Counter<long> Relists { get; } = Meter.CreateCounter<long>("kubememory.watch.relists", "{list}", "Lists after a failure or an expired version.");

    internal static Counter<long> Failures { get; } = Meter.CreateCounter<long>(
        "kubememory.watch.failures", "{failure}", "What made a watch back off, by reason: the status of the API server's answer, connection, configuration, engine, other.");

    internal static Histogram<double> CommitDuration { get; } = Meter.CreateHistogram(
        "kubememory.watcher.commit.duration",
        "s",
        "From an Event's arrival to its committed append.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });

    /// <summary>Shows a watch on the gauges until this is disposed of.</summary>
    /// <param name="read">Called by whoever collects: quick, and null where there is nothing to show.</param>
    internal static IDisposable Watch(Func<WatchReading?> read)
    {
        Watches[read] = true;
        return new Shown(read);
    }

    /// <summary>The reason of a failure, one of a few.</summary>
    internal static string KindOf(Exception fault) => fault switch
    {
        KubernetesException { Status: { } status } => ((int)status).ToString(CultureInfo.InvariantCulture),
        KubernetesException => "connection",
        ConnectionException => "configuration",
        EngineUnavailableException or StaleFenceException => "engine",
        _ => "other",
    };

    private static List<Measurement<T>> Read<T>(Func<WatchReading, KeyValuePair<string, object?>[], IEnumerable<Measurement<T>>> measure)
        where T : struct =>
        [.. Watches.Keys.Select(read => read()).OfType<WatchReading>().SelectMany(watch => measure(watch, [new("connection", watch.Connection), .. watch.Cluster]))];

    private sealed class Shown(Func<WatchReading?> read) : IDisposable
    {
        public void Dispose() => Watches.TryRemove(read, out _);
    }
}

/// <summary>How a watch stands, for the gauges.</summary>
/// <param name="LastEventAge">Null while no Event has been seen.</param>
internal sealed record WatchReading(
    string Connection, KeyValuePair<string, object?>[] Cluster, IReadOnlyList<(string Name, bool Up)> Scopes, TimeSpan? LastEventAge, TimeSpan CheckpointLag);
