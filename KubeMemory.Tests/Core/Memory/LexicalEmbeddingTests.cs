using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KubeMemory.Core.Memory;
using Microsoft.Extensions.AI;
using Xunit;

namespace KubeMemory.Tests.Core.Memory;

public class LexicalEmbeddingTests
{
    private const string Oom = "OOMKilled: container api in pod checkout-75fb46b7bd-xtkrh was killed, exit code 137, memory limit 128Mi, restarted 5 times";
    private const string OtherOom = "OOMKilled: container worker in pod billing-6d4cf56db6-k8x2q was killed, exit code 137, memory limit 2Gi, restarted 17 times";
    private const string Image = "ImagePullBackOff: failed to pull image registry.shop.example/api:1.4.2: manifest unknown";
    private const string OtherImage = "ImagePullBackOff: failed to pull image registry.shop.example/billing:2.0.11: manifest unknown";
    private const string Mount = "FailedMount: MountVolume.SetUp failed for volume \"config\": configmap \"settings\" not found";

    [Fact]
    public void Embed_SameText_SameVectorInEveryProcess()
    {
        var vector = Of(Oom);

        Assert.Equal(vector, Of(Oom));
        Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 5);
        // Stored vectors depend on these: they change with LexicalEmbedding.ModelId only.
        Assert.Equal("4c6ada3f5ceddd55", Fingerprint(vector));
    }

    [Theory]
    [InlineData(Oom, OtherOom, Image)]
    [InlineData(Oom, OtherOom, Mount)]
    [InlineData(Image, OtherImage, Oom)]
    [InlineData(Image, OtherImage, Mount)]
    public void Embed_SameFailureElsewhere_IsNearerThanAnotherFailure(string text, string same, string other)
    {
        Assert.True(Cosine(text, same) > 0.6, $"same: {Cosine(text, same)}");
        Assert.True(Cosine(text, other) < 0.35, $"other: {Cosine(text, other)}");
    }

    [Theory]
    [InlineData("Back-off 5m0s restarting failed container", "back-off 10s restarting FAILED container")]
    [InlineData("pod web-75fb46b7bd-xtkrh on node 7", "pod web-6d4cf56db6-k8x2q on node 12")]
    [InlineData("pod node-exporter-xtkrh", "pod node-exporter-bcd7f")]
    [InlineData("digest sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "digest sha256:60303ae22b998861bce3b28f33eec1be758a213c")]
    public void Embed_OnlyNumbersHashesAndEndsDiffer_SameVector(string text, string same) => Assert.Equal(1, Cosine(text, same), 5);

    [Theory]
    [InlineData("exit code 137", "exit code 1")]
    [InlineData("probe failed with statuscode: 503", "probe failed with statuscode: 404")]
    public void Embed_ExitAndStatusCodes_StayDifferent(string text, string other) => Assert.InRange(Cosine(text, other), 0, 0.99);

    [Theory]
    [InlineData("")]
    [InlineData("  \t\n")]
    [InlineData("--- !!! ...")]
    public void Embed_NoWord_IsTheZeroVector(string text) => Assert.All(Of(text), value => Assert.Equal(0, value));

    [Theory]
    [InlineData("контейнер убит из-за нехватки памяти", "КОНТЕЙНЕР убит из-за нехватки памяти")]
    [InlineData("メモリ不足でコンテナが終了しました", "メモリ不足でコンテナが再起動しました")]
    [InlineData("🔥🔥 node down", "🔥 node down")]
    [InlineData("ÜBERLAUF des Speichers", "überlauf DES speichers")]
    public void Embed_Unicode_NearTextsAreNear(string text, string near) => Assert.True(Cosine(text, near) > 0.4, $"{Cosine(text, near)}");

    [Fact]
    public void Embed_NothingButEmojiOrHalfAPair_HasADirection()
    {
        Assert.Equal(1, TensorPrimitives.Norm<float>(Of("🔥")), 5);
        Assert.Equal(1, TensorPrimitives.Norm<float>(Of("\ud83d")), 5);
    }

    [Fact]
    public void Embed_VeryLongText_OnlyItsBeginningCounts()
    {
        var log = string.Concat(Enumerable.Range(0, 40_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} connection to db refused\n")));

        Assert.True(log.Length > 1_000_000);
        Assert.Equal(Of(log[..LexicalEmbedding.LongestText]), Of(log));
        Assert.True(Cosine(log, "connection to db refused") > 0.9);
        Assert.Equal(1, TensorPrimitives.Norm<float>(Of(new string('x', 1_000_000))), 5);
    }

    [Fact]
    public async Task Generate_ManyAtOnce_EveryoneGetsTheSame()
    {
        string[] texts = [Oom, Image, Mount, "", OtherOom];
        using var generator = new LexicalEmbedding();
        var expected = texts.Select(Of).ToList();

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (_, token) =>
        {
            var embeddings = await generator.GenerateAsync(texts, cancellationToken: token);
            Assert.Equal(expected, embeddings.Select(e => e.Vector.ToArray()));
        });
    }

    [Fact]
    public async Task Generate_AnotherDimension_IsRefused()
    {
        using var generator = new LexicalEmbedding();

        await Assert.ThrowsAsync<ArgumentException>(
            () => generator.GenerateAsync(["x"], new EmbeddingGenerationOptions { Dimensions = 768 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Metadata_NamesTheModel()
    {
        using var generator = new LexicalEmbedding();
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;

        Assert.Equal(("kubememory", "lexical-2", 384), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(generator, generator.GetService<LexicalEmbedding>());
    }

    private static float[] Of(string text)
    {
        var vector = new float[LexicalEmbedding.Dimensions];
        LexicalEmbedding.Embed(text, vector);
        return vector;
    }

    private static float Cosine(string a, string b) => TensorPrimitives.CosineSimilarity<float>(Of(a), Of(b));

    private static string Fingerprint(float[] vector) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(vector.AsSpan())))[..16];
}
