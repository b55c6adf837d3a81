using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Core.Tracing;
using KubeMemory.Watcher.Watch;

namespace KubeMemory.Watcher.Evidence;

/// <summary>The cluster that a watcher holds, as its evidence is fetched: against what was listed, and told under its lease.</summary>
internal sealed record EvidenceSource(string ClusterId, IKubernetesReader Reader, ClusterView View, ISignalSink Sink);

/// <summary>
/// Answers the evidence requests about one cluster for as long as this process holds it, at once and a few at a time; an answered one is
/// acknowledged only after its evidence is committed. No other watcher reads them, and what a former holder was given and did not answer
/// is taken over at once: its late answer would be refused with its lease.
/// </summary>
internal sealed partial class EvidenceWorker(ISignalStream stream, EvidenceSource cluster, TimeProvider time, ILogger logger)
{
    public const string Group = StreamTopics.EvidenceGroup;

    /// <summary>Requests answered at the same time.</summary>
    public const int Concurrency = 4;

    /// <summary>For one request; the logs of a lost container are not worth waiting longer.</summary>
    public static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(60);

    /// <summary>What could not be answered comes again after this: longer than any answer takes, so that none is given twice.</summary>
    public static readonly TimeSpan ClaimAfter = FetchTimeout + TimeSpan.FromSeconds(15);

    /// <summary>Deliveries after which the request is the fault, not the moment.</summary>
    public const int MaxDeliveries = 10;

    /// <summary>More than a former holder can have left: it reads no further while so many wait.</summary>
    private const int Inherited = 1000;

    private static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly string _topic = StreamTopics.EvidenceRequests(cluster.ClusterId);
    private readonly string _consumer = WatcherIdentity.Name;

    // Entries being answered; a claim must not hand one of them to us again.
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);

    /// <summary>Until cancelled, which is when the lease is lost or the watch ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(Concurrency);
        long? claimed = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (claimed is not { } at || time.GetElapsedTime(at) >= ClaimAfter)
                {
                    var idle = claimed is null ? TimeSpan.Zero : ClaimAfter;
                    var entries = await stream.ClaimAsync(_topic, Group, _consumer, idle, Inherited, cancellationToken).ConfigureAwait(false);
                    claimed = time.GetTimestamp();
                    await StartAllAsync(entries, slots, cancellationToken).ConfigureAwait(false);
                }

                await StartAllAsync(
                    await stream.ReadAsync(_topic, Group, _consumer, Concurrency, ReadWait, cancellationToken).ConfigureAwait(false), slots, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The end.
            }
            catch (Exception e)
            {
                Say(e);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Say(Exception e)
    {
        if (e is EngineUnavailableException)
        {
            Log.StreamOut(logger, e.Message);
        }
        else
        {
            Log.StreamFailed(logger, e, Pause.TotalSeconds);
        }
    }

    private async Task StartAllAsync(IReadOnlyList<StreamEntry> entries, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        foreach (var entry in entries.Where(e => !_running.ContainsKey(e.Id)))
        {
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _running[entry.Id] = done.Task;
            _ = RunAsync(entry, slots, done, cancellationToken);
        }
    }

    private async Task RunAsync(StreamEntry entry, SemaphoreSlim slots, TaskCompletionSource done, CancellationToken cancellationToken)
    {
        try
        {
            await AnswerAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Not acknowledged, so whoever holds the cluster next answers.
        }
        catch (Exception e)
        {
            // Not acknowledged: it comes again.
            Log.AnswerFailed(logger, e, entry.Id, ClaimAfter.TotalSeconds);
        }
        finally
        {
            _running.TryRemove(entry.Id, out _);
            slots.Release();
            done.SetResult();
        }
    }

    private async Task AnswerAsync(StreamEntry entry, CancellationToken cancellationToken)
    {
        var refused = Read(entry) is not { } request ? "not an evidence request"
            : request.ClusterId != cluster.ClusterId ? $"about the cluster {request.ClusterId}, among the requests about {cluster.ClusterId}"
            : entry.Deliveries > MaxDeliveries ? $"not answered in {MaxDeliveries} tries"
            : null;
        await (refused is null
            ? AnswerAsync(Read(entry)!, entry, cancellationToken)
            : stream.DeadLetterAsync(_topic, Group, entry, refused, cancellationToken)).ConfigureAwait(false);
    }

    private async Task AnswerAsync(EvidenceRequest request, StreamEntry entry, CancellationToken cancellationToken)
    {
        using var activity = WatcherMetrics.Activities.StartActivity("fetch evidence", ActivityKind.Consumer, request.TraceParent)
            ?.SetTag(SpanTags.Cluster, request.ClusterId)
            .SetTag(SpanTags.Namespace, request.Namespace)
            .SetTag(SpanTags.Workload, $"{request.WorkloadKind}/{request.WorkloadName}")
            .SetTag(SpanTags.Incident, request.IncidentId);
        try
        {
            await AnswerAsync(request, entry, activity, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            activity?.Fail(fault);
            throw;
        }
    }

    private async Task AnswerAsync(EvidenceRequest request, StreamEntry entry, Activity? activity, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(FetchTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var evidence = await EvidenceFetcher.FetchAsync(cluster.Reader, cluster.View, request, time, Redactor.Default, deadline.Token).ConfigureAwait(false);
        var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await cluster.Sink.WriteAsync(
            new SignalBatch(null, null, time.GetUtcNow(), [evidence], 0, 0) { TraceParent = activity?.Id ?? request.TraceParent, Committed = committed }, deadline.Token).ConfigureAwait(false);
        await committed.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
        await stream.AcknowledgeAsync(_topic, Group, [entry.Id], cancellationToken).ConfigureAwait(false);
        activity?.SetTag(SpanTags.EvidenceItems, evidence.Items.Count).SetTag(SpanTags.EvidenceMissing, evidence.Missing.Count);
        Log.Answered(logger, request.IncidentId, evidence.Items.Count, evidence.Missing.Count);
    }

    // {"incidentId":7,"clusterId":"5e0…","namespace":"shop","workloadKind":"Deployment","workloadName":"web","container":"web","type":"OOMKilled","pods":["web-7d9-x2x"]}
    private static EvidenceRequest? Read(StreamEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Payload.Span, SignalJsonContext.Default.EvidenceRequest) is { ClusterId: not null, Namespace: not null } request
                ? request with { Pods = request.Pods ?? [], Container = request.Container ?? "" }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(140, LogLevel.Information, "[watcher] Evidence for incident {Incident}: {Items} read, {Missing} not readable.")]
        public static partial void Answered(ILogger logger, long incident, int items, int missing);

        [LoggerMessage(141, LogLevel.Warning, "[watcher] The evidence request {Entry} could not be answered; again in {Seconds:0} s.")]
        public static partial void AnswerFailed(ILogger logger, Exception e, string entry, double seconds);

        // An outage is said by the engine's own connection, once.
        [LoggerMessage(143, LogLevel.Debug, "[watcher] Evidence requests could not be read: {Reason}")]
        public static partial void StreamOut(ILogger logger, string reason);

        [LoggerMessage(142, LogLevel.Error, "[watcher] Evidence requests could not be read; next try in {Seconds:0} s.")]
        public static partial void StreamFailed(ILogger logger, Exception e, double seconds);
    }
}
