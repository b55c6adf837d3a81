using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>A direction as it is kept: of length 1, as half-precision numbers, little-endian.</summary>
internal static class HalfVector
{
    /// <param name="vector">Finite, not all zero.</param>
    public static byte[] Encode(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(short)];
        TensorPrimitives.ConvertToHalf(Normalise(vector), MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        Swap(bytes, bytes);
        return bytes;
    }

    public static float[] Decode(ReadOnlySpan<byte> bytes)
    {
        var vector = new float[bytes.Length / sizeof(short)];
        Decode(bytes, vector);
        return vector;
    }

    public static void Decode(ReadOnlySpan<byte> bytes, Span<float> vector)
    {
        if (BitConverter.IsLittleEndian)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), vector);
            return;
        }

        var swapped = new byte[bytes.Length];
        Swap(bytes, swapped);
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(swapped), vector);
    }

    /// <summary>In double precision: the squares of very long and of very short vectors leave the range of a float.</summary>
    public static float[] Normalise(ReadOnlySpan<float> vector)
    {
        var squares = 0d;
        foreach (var value in vector)
        {
            squares += (double)value * value;
        }

        var length = Math.Sqrt(squares);
        var normalised = new float[vector.Length];
        for (var i = 0; i < vector.Length; i++)
        {
            normalised[i] = (float)(vector[i] / length);
        }

        return normalised;
    }

    private static void Swap(ReadOnlySpan<byte> from, Span<byte> to)
    {
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(from), MemoryMarshal.Cast<byte, short>(to));
        }
    }
}
