using KubeMemory.Api.Projection;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Api.Projection;

public sealed class OfflineReindexTests : IAsyncLifetime
{
    private ProjectionSet _set = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _set = await ProjectionSet.OpenAsync();

    public ValueTask DisposeAsync() => _set.DisposeAsync();

    [Fact]
    public async Task Run_KilledHalfWay_GoesOnWithTheNextRun()
    {
        await _set.IngestAsync(150);
        await using var first = Services();
        using var killed = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.GetRequiredService<OfflineReindex>().RunAsync(
            Projectors.Vectors,
            again: false,
            (now, _) =>
            {
                if (now.Done >= 64)
                {
                    killed.Cancel();
                }
            },
            killed.Token));
        await _set.Engines.RestartAsync();
        var before = _set.Memory.Writes;

        await using var second = Services();
        var told = new List<ReindexProgress>();
        var end = await second.GetRequiredService<OfflineReindex>().RunAsync(Projectors.Vectors, again: false, (now, _) => told.Add(now), Token);
        Assert.Equal((false, 150L, "letters/26"), (end.Rebuilding, end.Done, end.Serving));
        Assert.True(told[0].Done >= 64);
        Assert.Equal((150, 150), (_set.Memory["letters/26"].Count, _set.Memory.Writes));
        Assert.InRange(before, 64, 149);
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_set.Engines.Time);
        services.AddSingleton(_set.Engines.Projections);
        services.AddSingleton(_set.Engines.Outbox);
        services.AddSingleton<IVectorMemory>(_set.Memory);
        services.AddSingleton<IIncidentGraph>(_set.Graph);
        services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(new LetterEmbedding());
        services.AddMemory();
        return services.BuildServiceProvider();
    }
}
