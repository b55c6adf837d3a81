using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Api.Projection;

/// <summary>The store's changes → vector memory and graph. Each goes its own way: an outage of one does not delay the other.</summary>
internal sealed class ProjectionWorker(
    IOutbox outbox, VectorProjector vectors, GraphProjector graph, TimeProvider time, ILogger<ProjectorLoop> logger, EnginesReady? ready = null,
    IEnumerable<EngineName>? engines = null) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        await Task.WhenAll(
            new ProjectorLoop(outbox, vectors, time, logger, EngineOf(EnginePorts.Vectors)).RunAsync(stoppingToken),
            new ProjectorLoop(outbox, graph, time, logger, EngineOf(EnginePorts.Graph)).RunAsync(stoppingToken)).ConfigureAwait(false);
    }

    private string? EngineOf(string port) => engines?.FirstOrDefault(engine => engine.Port == port)?.Engine;
}
