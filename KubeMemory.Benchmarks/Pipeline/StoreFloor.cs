using System.Diagnostics;
using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Engines;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubeMemory.Benchmarks.Pipeline;

/// <summary>
/// The floor of the writing side: the batches that the watcher made, prepared beforehand, through the same SQL statements. Parsing and
/// the rules of grouping run, because their outcome is what is written, and their time is not counted.
/// </summary>
internal static class StoreFloor
{
    private const string Group = "ingest";

    public static async Task<TimeSpan> RunAsync(IReadOnlyList<AppendBatch> batches, string dataFolder)
    {
        await using var engines = await EmbeddedEngines.OpenAsync(dataFolder, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var store = new TimedStore(engines.Store);
        var ingestor = new IncidentIngestor(store, new IncidentOptions(), TimeProvider.System);
        var statements = TimeSpan.Zero;
        foreach (var batch in batches)
        {
            // No lease: the watcher that had one is gone.
            statements += await TimeAsync(() => engines.Stream.AppendAsync(batch with { Lease = null }, CancellationToken.None));
            statements += await IngestAsync(engines.Stream, ingestor);
        }

        return statements + store.Statements;
    }

    private static async Task<TimeSpan> IngestAsync(ISignalStream stream, IncidentIngestor ingestor)
    {
        var started = Stopwatch.GetTimestamp();
        var entries = await stream.ReadAsync(StreamTopics.Signals, Group, "floor", 1000, TimeSpan.Zero, CancellationToken.None);
        var statements = Stopwatch.GetElapsedTime(started);
        if (entries.Count == 0)
        {
            return statements;
        }

        var envelopes = entries.Select(entry => JsonSerializer.Deserialize(entry.Payload.Span, SignalJsonContext.Default.SignalEnvelope)!).ToList();
        await ingestor.IngestAsync(envelopes, CancellationToken.None);
        return statements + await TimeAsync(() => stream.AcknowledgeAsync(StreamTopics.Signals, Group, [.. entries.Select(entry => entry.Id)], CancellationToken.None));
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Counts the time of a change without that of its rules.</summary>
    private sealed class TimedStore(IIncidentStore inner) : IIncidentStore
    {
        public TimeSpan Statements { get; private set; }

        public async Task<T> ChangeAsync<T>(ChangeScope scope, Func<IncidentWorkingSet, T> change, CancellationToken cancellationToken)
        {
            var rules = TimeSpan.Zero;
            var started = Stopwatch.GetTimestamp();
            var result = await inner.ChangeAsync(
                scope,
                set =>
                {
                    var ruled = Stopwatch.GetTimestamp();
                    var outcome = change(set);
                    rules += Stopwatch.GetElapsedTime(ruled);
                    return outcome;
                },
                cancellationToken);
            Statements += Stopwatch.GetElapsedTime(started) - rules;
            return result;
        }

        public Task<IReadOnlyList<UnsettledIncident>> ListUnsettledAsync(CancellationToken cancellationToken) => inner.ListUnsettledAsync(cancellationToken);

        public Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken) => inner.ListHeldAsync(cancellationToken);
    }
}
