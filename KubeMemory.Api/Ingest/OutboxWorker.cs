using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;

namespace KubeMemory.Api.Ingest;

/// <summary>The store's changes → live feed and evidence requests. Each projector goes its own way: an outage of one does not delay the other.</summary>
internal sealed partial class OutboxWorker(
    IOutbox outbox, ILiveFeed feed, ISignalStream stream, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan ClaimedFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Between two rounds of a projector: what changes meanwhile is one row of the outbox, and nobody reads faster.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await Task.WhenAll(
            RunAsync(Projectors.Live, stoppingToken),
            RunAsync(Projectors.LiveStorms, stoppingToken),
            RunAsync(Projectors.Evidence, stoppingToken)).ConfigureAwait(false);
    }

    private async Task RunAsync(string projector, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = outbox.WaitAsync(Poll, stoppingToken);
                if (await ProjectAsync(projector, stoppingToken).ConfigureAwait(false) is var count && count == 0)
                {
                    await changed.ConfigureAwait(false);
                }
                else if (count < Batch)
                {
                    await Task.Delay(Round, time, stoppingToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Log.Failed(logger, fault, projector);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One claim; returns how many items it had.</summary>
    internal async Task<int> ProjectAsync(string projector, CancellationToken cancellationToken)
    {
        var items = await outbox.ClaimAsync(projector, Batch, ClaimedFor, cancellationToken).ConfigureAwait(false);
        var done = new List<OutboxItem>(items.Count);
        foreach (var item in items)
        {
            try
            {
                await ProjectAsync(item, cancellationToken).ConfigureAwait(false);
                done.Add(item);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                var retry = TimeSpan.FromSeconds(Math.Min(LongestRetry.TotalSeconds, Math.Pow(2, Math.Min(item.Attempts, 10))));
                Log.Retry(logger, fault, projector, item.Subject, retry);
                await outbox.ReleaseAsync(item, retry, cancellationToken).ConfigureAwait(false);
            }
        }

        if (done.Count > 0)
        {
            await outbox.CompleteAsync(done, cancellationToken).ConfigureAwait(false);
        }

        return items.Count;
    }

    private async Task ProjectAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        switch (item.Projector)
        {
            case Projectors.Live when await outbox.IncidentAsync(item.Subject, cancellationToken).ConfigureAwait(false) is { } incident:
                await feed.PublishAsync(new LiveChange(item.Kind, incident, History: item.History), cancellationToken).ConfigureAwait(false);
                break;
            case Projectors.LiveStorms when await outbox.StormAsync(item.Subject, cancellationToken).ConfigureAwait(false) is { } storm:
                await feed.PublishAsync(new LiveChange(item.Kind, null, storm, item.History), cancellationToken).ConfigureAwait(false);
                break;
            case Projectors.Evidence when await outbox.EvidenceRequestAsync(item.Subject, cancellationToken).ConfigureAwait(false) is { } request:
                var payload = JsonSerializer.SerializeToUtf8Bytes(request, SignalJsonContext.Default.EvidenceRequest);
                await stream.AppendAsync(new AppendBatch(StreamTopics.EvidenceRequests, [payload]), cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Error, "The projector {Projector} failed")]
        public static partial void Failed(ILogger logger, Exception fault, string projector);

        [LoggerMessage(3102, LogLevel.Warning, "Projecting {Projector} {Subject} failed; again in {Retry}")]
        public static partial void Retry(ILogger logger, Exception fault, string projector, long subject, TimeSpan retry);
    }
}
