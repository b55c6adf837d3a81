using System.Text.Json;
using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;

namespace KubeMemory.Api.Ingest;

/// <summary>The store's changes → live feed and evidence requests, one by one: nothing takes them back once they are said.</summary>
/// <param name="name"><see cref="Projectors.Live"/>, <see cref="Projectors.LiveStorms"/> or <see cref="Projectors.Evidence"/>.</param>
internal sealed class FeedProjector(string name, IOutbox outbox, ILiveFeed feed, ISignalStream stream) : IProjector
{
    public string Name => name;

    public int Batch => 100;

    public int Together => 1;

    public TimeSpan ClaimedFor => TimeSpan.FromSeconds(30);

    public int MaxAttempts => int.MaxValue;

    public Task<bool> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task ProjectAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            await ProjectAsync(item, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ProjectAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        switch (name)
        {
            case Projectors.Live:
                var incident = await outbox.IncidentAsync(item.Subject, cancellationToken).ConfigureAwait(false);
                var change = incident is null
                    ? new LiveChange(LiveChangeKinds.Deleted, null, History: item.History, IncidentId: item.Subject)
                    : new LiveChange(item.Kind, incident, History: item.History) { TraceParent = item.TraceParent };
                await feed.PublishAsync(change, cancellationToken).ConfigureAwait(false);
                break;
            case Projectors.LiveStorms when await outbox.StormAsync(item.Subject, cancellationToken).ConfigureAwait(false) is { } storm:
                await feed.PublishAsync(new LiveChange(item.Kind, null, storm, item.History), cancellationToken).ConfigureAwait(false);
                break;
            case Projectors.Evidence when await outbox.EvidenceRequestAsync(item.Subject, cancellationToken).ConfigureAwait(false) is { } request:
                var payload = JsonSerializer.SerializeToUtf8Bytes(request with { TraceParent = item.TraceParent }, SignalJsonContext.Default.EvidenceRequest);
                await stream.AppendAsync(new AppendBatch(StreamTopics.EvidenceRequests(request.ClusterId), [payload]), cancellationToken).ConfigureAwait(false);
                break;
        }
    }
}
