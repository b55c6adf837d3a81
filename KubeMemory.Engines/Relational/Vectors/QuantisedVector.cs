using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>
/// Rows are of 8 bits a number with one scale each, queries of 16 bits, so that the error is the rows' alone. Both are padded with zeros to
/// <see cref="Stride"/>.
/// </summary>
internal static class QuantisedVector
{
    /// <summary>The widest step of <see cref="Dot"/>, in numbers.</summary>
    private const int Step = 64;

    public static int Stride(int dimensions) => (dimensions + Step - 1) / Step * Step;

    /// <returns>What a number of <paramref name="numbers"/> is worth.</returns>
    public static float Row(ReadOnlySpan<float> vector, Span<sbyte> numbers)
    {
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(vector)) / sbyte.MaxValue;
        for (var i = 0; i < vector.Length; i++)
        {
            numbers[i] = (sbyte)MathF.Round(vector[i] / scale);
        }

        return scale;
    }

    /// <summary>Of the direction alone: scores are compared with each other only.</summary>
    public static short[] Query(ReadOnlySpan<float> vector)
    {
        var numbers = new short[Stride(vector.Length)];
        // No sum of products leaves 32 bits.
        var largest = Math.Min(short.MaxValue, int.MaxValue / sbyte.MaxValue / vector.Length);
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(vector)) / largest;
        for (var i = 0; i < vector.Length; i++)
        {
            numbers[i] = (short)MathF.Round(vector[i] / scale);
        }

        return numbers;
    }

    /// <param name="row">Of the same stride.</param>
    public static int Dot(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> row) =>
        Avx512BW.IsSupported ? Dot512(query, row)
        : Avx2.IsSupported ? Dot256(query, row)
        : Vector128.IsHardwareAccelerated ? Dot128(query, row)
        : DotScalar(query, row);

    internal static int Dot512(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> row)
    {
        ref var numbers = ref MemoryMarshal.GetReference(row);
        ref var asked = ref MemoryMarshal.GetReference(query);
        var even = Vector512<int>.Zero;
        var odd = Vector512<int>.Zero;
        for (nuint i = 0; i < (nuint)row.Length; i += Step)
        {
            even += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref numbers, i)), Vector512.LoadUnsafe(ref asked, i));
            odd += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref numbers, i + 32)), Vector512.LoadUnsafe(ref asked, i + 32));
        }

        return Vector512.Sum(even + odd);
    }

    internal static int Dot256(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> row)
    {
        ref var numbers = ref MemoryMarshal.GetReference(row);
        ref var asked = ref MemoryMarshal.GetReference(query);
        var even = Vector256<int>.Zero;
        var odd = Vector256<int>.Zero;
        for (nuint i = 0; i < (nuint)row.Length; i += 32)
        {
            even += Avx2.MultiplyAddAdjacent(
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref numbers, i)), Vector256.LoadUnsafe(ref asked, i));
            odd += Avx2.MultiplyAddAdjacent(
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref numbers, i + 16)), Vector256.LoadUnsafe(ref asked, i + 16));
        }

        return Vector256.Sum(even + odd);
    }

    internal static int Dot128(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> row)
    {
        ref var numbers = ref MemoryMarshal.GetReference(row);
        ref var asked = ref MemoryMarshal.GetReference(query);
        var sum = Vector128<int>.Zero;
        for (nuint i = 0; i < (nuint)row.Length; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref numbers, i));
            sum += Products(low, Vector128.LoadUnsafe(ref asked, i)) + Products(high, Vector128.LoadUnsafe(ref asked, i + 8));
        }

        return Vector128.Sum(sum);

        static Vector128<int> Products(Vector128<short> left, Vector128<short> right)
        {
            var (leftLow, leftHigh) = Vector128.Widen(left);
            var (rightLow, rightHigh) = Vector128.Widen(right);
            return (leftLow * rightLow) + (leftHigh * rightHigh);
        }
    }

    internal static int DotScalar(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> row)
    {
        var sum = 0;
        for (var i = 0; i < row.Length; i++)
        {
            sum += query[i] * row[i];
        }

        return sum;
    }
}
