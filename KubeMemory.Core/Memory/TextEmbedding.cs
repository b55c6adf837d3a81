using KubeMemory.Core.Contracts;
using Microsoft.Extensions.AI;

namespace KubeMemory.Core.Memory;

/// <summary>Texts as vectors of one known space. Thread-safe.</summary>
public sealed class TextEmbedding(IEmbeddingGenerator<string, Embedding<float>> generator)
{
    private const string Probe = "CrashLoopBackOff";

    /// <summary>Texts in one call, so that a slow model is through with it well within the time that a call may take.</summary>
    private const int Together = 8;

    private VectorSpace? _space;

    /// <summary>The configured model's. The number of dimensions is the model's own word, else that of a first vector.</summary>
    public async Task<VectorSpace> SpaceAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _space) is { } known)
        {
            return known;
        }

        var metadata = generator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        var dimensions = metadata?.DefaultModelDimensions;
        if (dimensions is not > 0)
        {
            dimensions = (await generator.GenerateAsync([Probe], cancellationToken: cancellationToken).ConfigureAwait(false))[0].Vector.Length;
        }

        var space = new VectorSpace(metadata?.DefaultModelId ?? metadata?.ProviderName ?? "unnamed", dimensions.Value);
        Volatile.Write(ref _space, space);
        return space;
    }

    /// <summary>One vector a text, in order.</summary>
    /// <exception cref="ProjectionRejectedException">To the model, which is well otherwise, a text says nothing.</exception>
    /// <exception cref="EngineUnavailableException">The model does not give what it should, whatever the text.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            return [];
        }

        var space = await SpaceAsync(cancellationToken).ConfigureAwait(false);
        var vectors = new List<ReadOnlyMemory<float>>(texts.Count);
        foreach (var some in texts.Chunk(Together))
        {
            vectors.AddRange(await EmbedAsync(space, some, cancellationToken).ConfigureAwait(false));
        }

        return vectors;
    }

    private async Task<IEnumerable<ReadOnlyMemory<float>>> EmbedAsync(VectorSpace space, string[] texts, CancellationToken cancellationToken)
    {
        var embeddings = await generator.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != texts.Length)
        {
            throw Unusable(space, $"it gave {embeddings.Count} vectors for {texts.Length} texts");
        }

        if (embeddings.FirstOrDefault(embedding => embedding.Vector.Length != space.Dimensions) is { } other)
        {
            throw Unusable(space, $"it gives vectors of {other.Vector.Length} dimensions, no longer of {space.Dimensions}; restart, if it has been replaced");
        }

        if (!embeddings.All(embedding => HasDirection(embedding.Vector.Span)))
        {
            await BlameAsync(space, cancellationToken).ConfigureAwait(false);
        }

        return embeddings.Select(embedding => embedding.Vector);
    }

    /// <summary>A model that fails on a plain word, too, fails on everything: then no text is refused for good because of it.</summary>
    private async Task BlameAsync(VectorSpace space, CancellationToken cancellationToken)
    {
        var plain = await generator.GenerateAsync([Probe], cancellationToken: cancellationToken).ConfigureAwait(false);
        throw plain is [var one] && HasDirection(one.Vector.Span)
            ? new ProjectionRejectedException($"The embedding model {space.Model} gave a vector without a direction.")
            : Unusable(space, "it gives vectors without a direction");
    }

    private static bool HasDirection(ReadOnlySpan<float> vector)
    {
        var square = 0.0;
        foreach (var number in vector)
        {
            square += (double)number * number;
        }

        return double.IsFinite(square) && square > 0;
    }

    private static EngineUnavailableException Unusable(VectorSpace space, string why) =>
        new($"The embedding model {space.Model}", new InvalidOperationException(why));
}
