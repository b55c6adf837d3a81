using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.AI;
using Xunit;

namespace KubeMemory.Tests.Core.Memory;

public sealed class TextEmbeddingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0f)]
    public async Task Embed_OneTextSaysNothingToTheModel_IsRefused(float number)
    {
        var embedding = new TextEmbedding(new Model(text => text == "bad" ? [number, 0] : [1, 2]));

        var fault = await Assert.ThrowsAsync<ProjectionRejectedException>(() => embedding.EmbedAsync(["good", "bad"], Token));
        Assert.Equal("The embedding model test gave a vector without a direction.", fault.Message);
        float[] expected = [1, 2];
        Assert.Equal(expected, (await embedding.EmbedAsync(["good"], Token))[0].ToArray());
    }

    [Fact]
    public async Task Embed_ModelIsBroken_BlamesTheModelAndNoText()
    {
        var broken = false;
        var embedding = new TextEmbedding(new Model(_ => broken ? [float.NaN, float.NaN] : [1, 2]));
        await embedding.EmbedAsync(["good"], Token);
        broken = true;

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => embedding.EmbedAsync(["good"], Token));
        Assert.Equal("The embedding model test does not answer: it gives vectors without a direction.", fault.Message);
    }

    [Fact]
    public async Task Embed_ModelReplacedByOneOfOtherDimensions_SaysWhatToDo()
    {
        float[] vector = [1, 2];
        var embedding = new TextEmbedding(new Model(_ => vector));
        await embedding.EmbedAsync(["good"], Token);
        vector = [1, 2, 3];

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => embedding.EmbedAsync(["good"], Token));
        Assert.Contains("it gives vectors of 3 dimensions, no longer of 2; restart", fault.Message, StringComparison.Ordinal);
    }

    private sealed class Model(Func<string, float[]> vector) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text => new Embedding<float>(vector(text)))));

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("test") : null;

        public void Dispose()
        {
            // Nothing to let go of.
        }
    }
}
