using KubeMemory.Core.Memory;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>One engine's vector memory.</summary>
public abstract class VectorMemorySet : IAsyncDisposable
{
    public abstract IVectorMemory Memory { get; }

    /// <summary>As after the end of the process: the same data, a new <see cref="Memory"/>.</summary>
    public abstract Task RestartAsync();

    public abstract ValueTask DisposeAsync();
}
