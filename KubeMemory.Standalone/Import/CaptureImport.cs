using KubeMemory.Core.Clusters;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Simulator.Captures;
using KubeMemory.Watcher.Evidence;
using KubeMemory.Watcher.Watch;

namespace KubeMemory.Standalone.Import;

/// <summary>
/// A capture's way into the store: the watcher's list and rules, the ingest's grouping, the evidence on request, the sweep. Only the
/// stream between them is left out, because nobody else is there.
/// </summary>
/// <param name="namespaces">A single <c>*</c>: all.</param>
/// <param name="engines">Where the ports and the rules over them are.</param>
internal sealed class CaptureImport(Capture capture, string cluster, IReadOnlyList<string> namespaces, IServiceProvider engines, TimeProvider time)
{
    private const int EvidenceBatch = 50;

    /// <summary>Longer than a batch takes; the next opening of the folder frees what a killed import had claimed.</summary>
    private static readonly TimeSpan EvidenceClaim = TimeSpan.FromMinutes(5);

    private readonly IncidentIngestor _ingestor = engines.GetRequiredService<IncidentIngestor>();
    private readonly IOutbox _outbox = engines.GetRequiredService<IOutbox>();
    private readonly CaptureReader _reader = new(capture);
    private readonly CaptureClock _clock = new(capture.CapturedAt);

    public async Task<ImportResult> RunAsync(ImportProgress progress, CancellationToken cancellationToken)
    {
        var known = (await ListAsync(cancellationToken)).Select(i => i.Id).ToHashSet();
        long signals = 0, changed = 0;
        progress.Say("Looking for failures");
        var sync = await new ClusterSync(_clock).RunOnceAsync(
            _reader,
            capture.ClusterId,
            cluster,
            namespaces,
            capture.CapturedAt,
            async batch =>
            {
                var outcome = await _ingestor.IngestAsync(batch, cancellationToken);
                signals += batch.Count;
                changed += outcome.Stored;
                progress.Say($"Looking for failures: {signals} signals");
            },
            cancellationToken);
        await CountAsync(sync, cancellationToken);

        progress.Say("Gathering evidence");
        await AnswerEvidenceRequestsAsync(sync.View, progress, cancellationToken);
        await engines.GetRequiredService<IncidentLifecycle>().SweepAsync(cancellationToken);
        await ReportAsync(cancellationToken);
        progress.Done();
        return new ImportResult(cluster, capture, sync, changed, await ListAsync(cancellationToken), known);
    }

    private async Task AnswerEvidenceRequestsAsync(ClusterView view, ImportProgress progress, CancellationToken cancellationToken)
    {
        var others = new List<OutboxItem>();
        var answered = 0;
        while (await _outbox.ClaimAsync(Projectors.Evidence, EvidenceBatch, EvidenceClaim, cancellationToken) is { Count: > 0 } items)
        {
            var ours = new List<OutboxItem>(items.Count);
            var evidence = new List<SignalEnvelope>(items.Count);
            foreach (var item in items)
            {
                var request = await _outbox.EvidenceRequestAsync(item.Subject, cancellationToken);
                if (request is not null && request.ClusterId != capture.ClusterId)
                {
                    others.Add(item);
                    continue;
                }

                ours.Add(item);
                if (request is not null)
                {
                    var signal = await EvidenceFetcher.FetchAsync(_reader, view, request, _clock, Redactor.Default, cancellationToken);
                    evidence.Add(new(SignalEnvelope.CurrentVersion, time.GetUtcNow(), request.TraceParent, signal));
                }
            }

            await _ingestor.IngestAsync(evidence, cancellationToken);
            await _outbox.CompleteAsync(ours, cancellationToken);
            progress.Say($"Gathering evidence: {answered += evidence.Count} incidents");
        }

        foreach (var item in others)
        {
            // Of a live cluster, whose watcher will answer.
            await _outbox.ReleaseAsync(item, TimeSpan.Zero, cancellationToken);
        }
    }

    private Task CountAsync(SyncResult sync, CancellationToken cancellationToken) => engines.GetRequiredService<ISignalStream>().AppendAsync(
        new AppendBatch(
            StreamTopics.Signals,
            [],
            Gates: [new(capture.ClusterId, Gates.Received, sync.Received), new(capture.ClusterId, Gates.Filtered, sync.Filtered)]),
        cancellationToken);

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var version = (await _reader.GetVersionAsync(cancellationToken)).GitVersion;
        await engines.GetRequiredService<IWatchStatusBoard>().ReportAsync(
            new($"import-{capture.ClusterId}", capture.ClusterId, cluster, Server: null, version, WatchState.Imported, namespaces, capture.CapturedAt, now, null, null, null, [], 0),
            cancellationToken);
    }

    private async Task<IReadOnlyList<Core.Contracts.IncidentSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<Core.Contracts.IncidentSummary>();
        var query = IncidentQuery.All with { Cluster = [capture.ClusterId], Limit = 200 };
        do
        {
            var slice = await engines.GetRequiredService<IIncidentReader>().ListAsync(query, cancellationToken);
            all.AddRange(slice.Results);
            query = query with { Cursor = slice.Next };
        }
        while (query.Cursor is not null);
        return all;
    }
}

/// <param name="Changed">Signals that changed an incident.</param>
/// <param name="Incidents">All of the cluster, as they are now.</param>
/// <param name="Known">Ids of those that were there before.</param>
internal sealed record ImportResult(
    string Cluster,
    Capture Capture,
    SyncResult Sync,
    long Changed,
    IReadOnlyList<Core.Contracts.IncidentSummary> Incidents,
    IReadOnlySet<long> Known);
