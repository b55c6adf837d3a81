using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Startup;
using KubeMemory.Watcher.Watch;

namespace KubeMemory.Watcher.Evidence;

/// <summary>
/// Answers evidence requests for the clusters that this process watches, at once and a few at a time. A request for another's cluster
/// is left unacknowledged for that one to claim; an answered one is acknowledged only after its evidence is committed.
/// </summary>
internal sealed partial class EvidenceWorker(ISignalStream stream, ActiveClusters clusters, TimeProvider time, ILogger<EvidenceWorker> logger, EnginesReady? ready = null) : BackgroundService
{
    public const string Group = "watcher";

    /// <summary>Requests answered at the same time.</summary>
    public const int Concurrency = 4;

    /// <summary>What another watcher was given and did not answer for so long is taken over.</summary>
    public static readonly TimeSpan ClaimAfter = TimeSpan.FromSeconds(10);

    /// <summary>For one request; the logs of a lost container are not worth waiting longer.</summary>
    public static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Deliveries after which nobody seems to watch the cluster any more: about ten minutes.</summary>
    public const int MaxDeliveries = 60;

    private static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly string _consumer = WatcherIdentity.Name;

    // Entries being answered; a claim must not hand one of them to us again.
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        using var slots = new SemaphoreSlim(Concurrency);
        var failing = false;
        var claimed = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StartAllAsync(await stream.ReadAsync(StreamTopics.EvidenceRequests, Group, _consumer, Concurrency, ReadWait, stoppingToken).ConfigureAwait(false), slots, stoppingToken).ConfigureAwait(false);
                failing = false;
                if (time.GetElapsedTime(claimed) >= ClaimAfter)
                {
                    claimed = time.GetTimestamp();
                    await StartAllAsync(await stream.ClaimAsync(StreamTopics.EvidenceRequests, Group, _consumer, ClaimAfter, Concurrency * 4, stoppingToken).ConfigureAwait(false), slots, stoppingToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // An outage is said once; the connection says when it is back.
                if (!failing || e is not EngineUnavailableException)
                {
                    Log.StreamFailed(logger, e, Pause.TotalSeconds);
                }

                failing = true;
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // Stopping.
            }
        }

        await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
            // Stopping; not acknowledged, so another start or another watcher answers.
        }
        catch (Exception e)
        {
            // Not acknowledged: it is claimed again.
            Log.AnswerFailed(logger, e, entry.Id);
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
        if (Read(entry) is not { } request)
        {
            await stream.DeadLetterAsync(StreamTopics.EvidenceRequests, Group, entry, "not an evidence request", cancellationToken).ConfigureAwait(false);
            return;
        }

        if (clusters.Find(request.ClusterId) is { } cluster)
        {
            await AnswerAsync(cluster, request, entry, cancellationToken).ConfigureAwait(false);
        }
        else if (entry.Deliveries >= MaxDeliveries)
        {
            await stream.DeadLetterAsync(StreamTopics.EvidenceRequests, Group, entry, $"no watcher holds the cluster {request.ClusterId}", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(ActiveCluster cluster, EvidenceRequest request, StreamEntry entry, CancellationToken cancellationToken)
    {
        using var activity = WatcherMetrics.Activities.StartActivity("fetch evidence", ActivityKind.Consumer, request.TraceParent);
        using var timeout = new CancellationTokenSource(FetchTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cluster.Stopping, timeout.Token);
        var evidence = await EvidenceFetcher.FetchAsync(cluster.Reader, cluster.View, request, time, Redactor.Default, deadline.Token).ConfigureAwait(false);
        var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await cluster.Sink.WriteAsync(
            new SignalBatch(null, null, time.GetUtcNow(), [evidence], 0, 0) { TraceParent = activity?.Id ?? request.TraceParent, Committed = committed }, deadline.Token).ConfigureAwait(false);
        await committed.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
        await stream.AcknowledgeAsync(StreamTopics.EvidenceRequests, Group, [entry.Id], cancellationToken).ConfigureAwait(false);
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

        [LoggerMessage(141, LogLevel.Warning, "[watcher] The evidence request {Entry} could not be answered and is tried again.")]
        public static partial void AnswerFailed(ILogger logger, Exception e, string entry);

        [LoggerMessage(142, LogLevel.Error, "[watcher] Evidence requests could not be read; trying again every {Seconds:0} s.")]
        public static partial void StreamFailed(ILogger logger, Exception e, double seconds);
    }
}
