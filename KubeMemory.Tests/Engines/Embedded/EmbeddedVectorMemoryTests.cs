using KubeMemory.Core.Memory;
using KubeMemory.Engines;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Engines.Embedded;

public sealed class EmbeddedVectorMemoryTests : VectorMemoryContract
{
    protected override async Task<VectorMemorySet> OpenAsync()
    {
        var set = new EmbeddedVectorMemorySet();
        await set.RestartAsync();
        return set;
    }
}

/// <summary>In a folder that goes with it.</summary>
internal sealed class EmbeddedVectorMemorySet : VectorMemorySet
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubememory-test-").FullName;
    private EmbeddedEngines? _engines;

    public override IVectorMemory Memory => _engines!.Vectors;

    public override async Task RestartAsync()
    {
        if (_engines is not null)
        {
            await _engines.DisposeAsync();
        }

        _engines = await EmbeddedEngines.OpenAsync(_folder, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_engines is not null)
        {
            await _engines.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
