using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace KubeMemory.Tests.Engines.Chroma;

/// <summary>What a process has of a Chroma server.</summary>
internal sealed class ChromaSet(string connectionString, ChromaTiming timing) : VectorMemorySet
{
    private ServiceProvider _services = Build(connectionString, timing);

    public override IVectorMemory Memory => _services.GetRequiredService<IVectorMemory>();

    public IEngineProbe Probe => _services.GetRequiredService<IEngineProbe>();

    public override async Task RestartAsync()
    {
        await _services.DisposeAsync();
        _services = Build(connectionString, timing);
    }

    public override ValueTask DisposeAsync() => _services.DisposeAsync();

    private static ServiceProvider Build(string connectionString, ChromaTiming timing) =>
        new ServiceCollection().AddLogging().AddChroma(connectionString, timing).BuildServiceProvider();
}
