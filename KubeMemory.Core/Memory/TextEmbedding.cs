using Microsoft.Extensions.AI;

namespace KubeMemory.Core.Memory;

/// <summary>Texts as vectors of one known space. Thread-safe.</summary>
public sealed class TextEmbedding(IEmbeddingGenerator<string, Embedding<float>> generator)
{
    private const string Probe = "CrashLoopBackOff";
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
    /// <exception cref="ProjectionRejectedException">To the model a text says nothing.</exception>
    /// <exception cref="InvalidOperationException">The model does not give what it should.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            return [];
        }

        var space = await SpaceAsync(cancellationToken).ConfigureAwait(false);
        var embeddings = await generator.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != texts.Count)
        {
            throw new InvalidOperationException($"The embedding model {space.Model} gave {embeddings.Count} vectors for {texts.Count} texts.");
        }

        foreach (var embedding in embeddings)
        {
            Check(space, embedding.Vector.Span);
        }

        return [.. embeddings.Select(embedding => embedding.Vector)];
    }

    private static void Check(VectorSpace space, ReadOnlySpan<float> vector)
    {
        if (vector.Length != space.Dimensions)
        {
            // No text is to blame: the model is another one than it was when this process started.
            throw new InvalidOperationException($"The embedding model {space.Model} gave a vector of {vector.Length} dimensions, not {space.Dimensions}: restart, if it has been replaced.");
        }

        var square = 0.0;
        foreach (var number in vector)
        {
            square += (double)number * number;
        }

        if (!double.IsFinite(square) || square == 0)
        {
            throw new ProjectionRejectedException($"The embedding model {space.Model} gave a vector without a direction.");
        }
    }
}
