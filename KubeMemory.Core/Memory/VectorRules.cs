using System.Text;

namespace KubeMemory.Core.Memory;

/// <summary>What every engine of <see cref="IVectorMemory"/> takes and refuses, in one place so that all do the same.</summary>
public static class VectorRules
{
    /// <summary>The most results of one search.</summary>
    public const int MaxResults = 100;

    /// <summary>In UTF-16 units; a longer document is cut there, and never within a character.</summary>
    public const int MaxDocumentLength = 32_768;

    /// <exception cref="ArgumentException">The space has no model or no dimension.</exception>
    public static void Check(VectorSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (string.IsNullOrEmpty(space.Model) || space.Dimensions < 1)
        {
            throw new ArgumentException($"'{space}' is no vector space: it needs a model and at least one dimension.", nameof(space));
        }
    }

    /// <exception cref="ArgumentException">The vector has not the space's dimensions, holds a number that is not finite, or has no direction.</exception>
    public static void Check(VectorSpace space, ReadOnlySpan<float> vector)
    {
        if (vector.Length != space.Dimensions)
        {
            throw new ArgumentException($"The vector has {vector.Length} dimensions, and the space {space} has {space.Dimensions}.", nameof(vector));
        }

        var zero = true;
        foreach (var value in vector)
        {
            if (!float.IsFinite(value))
            {
                throw new ArgumentException($"The vector holds {value}, which is not finite.", nameof(vector));
            }

            zero &= value == 0;
        }

        if (zero)
        {
            throw new ArgumentException("The vector is all zero: it has no direction, and nothing is near to it.", nameof(vector));
        }
    }

    /// <exception cref="ArgumentException">An id is empty, or a vector is refused.</exception>
    public static void Check(VectorSpace space, IReadOnlyList<VectorRecord> records)
    {
        Check(space);
        ArgumentNullException.ThrowIfNull(records);
        foreach (var record in records)
        {
            ArgumentException.ThrowIfNullOrEmpty(record.Id, nameof(records));
            Check(space, record.Vector.Span);
        }
    }

    /// <exception cref="ArgumentException">The vector is refused, or <paramref name="max"/> is not within 1 and <see cref="MaxResults"/>.</exception>
    public static void Check(VectorSpace space, ReadOnlySpan<float> vector, int max)
    {
        Check(space);
        Check(space, vector);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, MaxResults);
    }

    /// <summary>The document as it is kept: at most <see cref="MaxDocumentLength"/>, and clean.</summary>
    public static string Document(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= MaxDocumentLength)
        {
            return Clean(text);
        }

        var length = char.IsSurrogatePair(text[MaxDocumentLength - 1], text[MaxDocumentLength]) ? MaxDocumentLength - 1 : MaxDocumentLength;
        return Clean(text[..length]);
    }

    /// <summary>
    /// NUL and halves of surrogate pairs become U+FFFD: no engine keeps both. Names are cleaned when they are stored and when they filter, so
    /// that they still find themselves.
    /// </summary>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('\0', StringComparison.Ordinal) && !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }
}
