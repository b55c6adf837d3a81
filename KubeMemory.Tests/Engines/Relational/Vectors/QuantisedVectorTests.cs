using System.Runtime.Intrinsics.X86;
using KubeMemory.Engines.Relational.Vectors;
using Xunit;

namespace KubeMemory.Tests.Engines.Relational.Vectors;

public sealed class QuantisedVectorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(384)]
    [InlineData(1000)]
    public void Dot_EveryWayToCompute_GivesTheSame(int dimensions)
    {
        var vectors = VectorData.Random(2, dimensions, seed: dimensions);
        var query = QuantisedVector.Query(vectors[0]);
        var row = new sbyte[QuantisedVector.Stride(dimensions)];
        QuantisedVector.Row(vectors[1], row);

        var expected = QuantisedVector.DotScalar(query, row);
        Assert.Equal(expected, QuantisedVector.Dot128(query, row));
        Assert.Equal(expected, QuantisedVector.Dot(query, row));
        if (Avx2.IsSupported)
        {
            Assert.Equal(expected, QuantisedVector.Dot256(query, row));
        }

        if (Avx512BW.IsSupported)
        {
            Assert.Equal(expected, QuantisedVector.Dot512(query, row));
        }
    }

    [Theory]
    [InlineData(384)]
    [InlineData(8192)]
    public void Dot_LargestNumbersEverywhere_StaysWithin32Bits(int dimensions)
    {
        float[] ones = [.. Enumerable.Repeat(1f, dimensions)];
        var row = new sbyte[QuantisedVector.Stride(dimensions)];
        QuantisedVector.Row(ones, row);
        var query = QuantisedVector.Query(ones);

        Assert.Equal((long)query[0] * sbyte.MaxValue * dimensions, QuantisedVector.Dot(query, row));
    }
}
