using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Ingest;

/// <summary>The store's changes → live feed and evidence requests. Each projector goes its own way: an outage of one does not delay the other.</summary>
internal sealed class OutboxWorker(
    IOutbox outbox, ILiveFeed feed, ISignalStream stream, TimeProvider time, ILogger<OutboxWorker> logger, EnginesReady? ready = null,
    IEnumerable<EngineName>? engines = null) : BackgroundService
{
    private static readonly string[] Names = [Projectors.Live, Projectors.LiveStorms, Projectors.Evidence];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        var engine = engines?.FirstOrDefault(one => one.Port == EnginePorts.Signals)?.Engine;
        await Task.WhenAll(Names.Select(name =>
            new ProjectorLoop(outbox, new FeedProjector(name, outbox, feed, stream), time, logger, engine).RunAsync(stoppingToken))).ConfigureAwait(false);
    }
}
