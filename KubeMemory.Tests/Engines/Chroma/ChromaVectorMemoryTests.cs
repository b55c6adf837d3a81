using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Chroma;
using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;
using Xunit;

namespace KubeMemory.Tests.Engines.Chroma;

public sealed class ChromaVectorMemoryTests(ChromaFixture chroma) : VectorMemoryContract
{
    protected override async Task<VectorMemorySet> OpenAsync() => new ChromaSet((await chroma.SharedAsync()).ConnectionString, new ChromaTiming());

    [Theory]
    [InlineData(384, 100, 500)]
    [InlineData(16_384, 100, 84)]
    [InlineData(384, 1_000_000, 82)]
    [InlineData(2_000_000, 100, 1)]
    public void BatchFrom_LargeRecords_StaysBelowTheServersBody(int dimensions, int documentLength, int expected)
    {
        var record = new VectorRecord(
            "incident:1", VectorKinds.Incident, 1, "c1", "shop", "web", IncidentType.OOMKilled, new string('€', documentLength), new float[dimensions]);
        VectorRecord[] records = [.. Enumerable.Repeat(record, 600)];

        Assert.Equal(expected, ChromaVectorMemory.BatchFrom(records, ChromaVectorMemory.MaxBatch, base64: true));
    }
}
