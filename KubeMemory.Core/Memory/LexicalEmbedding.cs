using System.Buffers;
using System.Numerics;
using Microsoft.Extensions.AI;

namespace KubeMemory.Core.Memory;

/// <summary>
/// The embedding that needs no model and no download: the words of a text and the character n-grams (3 to 5) of its words, hashed with
/// a sign into <see cref="Dimensions"/> dimensions, each counted sublinearly, scaled to length 1. Case does not count; what differs
/// from pod to pod and from day to day (numbers, hashes, durations, random ends of names) is collapsed, but for exit and status codes. Words of
/// every other incident (<c>failed</c>, <c>container</c>, <c>back-off</c>) count little.
/// The same text gives the same vector in every process, on every platform and in every release that keeps <see cref="ModelId"/>.
/// Safe for concurrent use.
/// </summary>
/// <remarks>
/// A text without a single word (empty, blanks, punctuation) gives the zero vector. It has no direction, so that a cosine with it is
/// undefined: it is like nothing, not even like itself.
/// </remarks>
public sealed class LexicalEmbedding : IEmbeddingGenerator<string, Embedding<float>>
{
    public const int Dimensions = 384;

    /// <summary>Changes whenever a text's vector changes: stored vectors of another id are not comparable.</summary>
    public const string ModelId = "lexical-2";

    /// <summary>Of a longer text only so many characters at its beginning count.</summary>
    public const int LongestText = 65_536;

    // A word weighs as much as about twenty of its n-grams together: sqrt(25 × 0.04).
    private const float WordWeight = 1f;
    private const float GramWeight = 0.2f;

    private static readonly EmbeddingGeneratorMetadata Metadata = new("kubememory", providerUri: null, ModelId, Dimensions);

    /// <exception cref="ArgumentException">Another number of dimensions was asked for.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } asked && asked != Dimensions)
        {
            throw new ArgumentException($"The lexical embedding has {Dimensions} dimensions, not {asked}.", nameof(options));
        }

        var result = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vector = new float[Dimensions];
            Embed(value, vector);
            result.Add(new Embedding<float>(vector) { ModelId = ModelId });
        }

        return Task.FromResult(result);
    }

    /// <summary>Writes the vector of one text.</summary>
    /// <param name="vector">Of <see cref="Dimensions"/> numbers; what stood there is overwritten.</param>
    public static void Embed(ReadOnlySpan<char> text, Span<float> vector)
    {
        if (vector.Length != Dimensions)
        {
            throw new ArgumentException($"The vector must have {Dimensions} dimensions, not {vector.Length}.", nameof(vector));
        }

        vector.Clear();
        text = text[..Math.Min(text.Length, LongestText)];
        // A word of n letters has at most 3n grams, and itself.
        var features = ArrayPool<ulong>.Shared.Rent((text.Length * 4) + 16);
        var words = new LexicalWords(text);
        try
        {
            var count = 0;
            while (words.MoveNext())
            {
                count += LexicalFeatures.Write(words.Current, words.Kind, features.AsSpan(count));
            }

            Fill(features.AsSpan(0, count), vector);
        }
        finally
        {
            words.Dispose();
            ArrayPool<ulong>.Shared.Return(features);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
    }

    private static void Fill(Span<ulong> features, Span<float> vector)
    {
        features.Sort();
        for (var i = 0; i < features.Length;)
        {
            var feature = features[i];
            var start = i;
            while (i < features.Length && features[i] == feature)
            {
                i++;
            }

            // Whole steps of the logarithm, and sums in a fixed order: no platform's rounding gets a say.
            var weight = (1 + BitOperations.Log2((uint)(i - start))) * (LexicalFeatures.IsWord(feature) ? WordWeight : GramWeight);
            vector[LexicalFeatures.BucketOf(feature)] += LexicalFeatures.IsNegative(feature) ? -weight : weight;
        }

        var squares = 0d;
        foreach (var value in vector)
        {
            squares += (double)value * value;
        }

        if (squares > 0)
        {
            var length = Math.Sqrt(squares);
            for (var i = 0; i < vector.Length; i++)
            {
                vector[i] = (float)(vector[i] / length);
            }
        }
    }
}
