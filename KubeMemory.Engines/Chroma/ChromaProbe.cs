using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Chroma;

internal sealed class ChromaProbe(ChromaClient chroma) : IEngineProbe
{
    public string Port => EnginePorts.Vectors;

    public Task AskAsync(CancellationToken cancellationToken) => chroma.HeartbeatAsync(cancellationToken);
}
