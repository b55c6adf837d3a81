using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;

namespace KubeMemory.Tests.Engines.Chroma;

public sealed class ChromaVectorMemoryTests(ChromaFixture chroma) : VectorMemoryContract
{
    protected override async Task<VectorMemorySet> OpenAsync() => new ChromaSet((await chroma.SharedAsync()).ConnectionString, new ChromaTiming());
}
