using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KubeMemory.Benchmarks.Search;

/// <summary>The floor of every search that looks at all vectors: reading as many bytes as they have, one a dimension, and nothing else.</summary>
internal static class ScanFloor
{
    private const int Passes = 50;

    /// <summary>The median pass.</summary>
    public static TimeSpan Run(int vectors, int dimensions)
    {
        var bytes = new sbyte[vectors * dimensions];
        Random.Shared.NextBytes(MemoryMarshal.AsBytes(bytes.AsSpan()));
        var passes = new List<TimeSpan>();
        for (var pass = 0; pass < Passes; pass++)
        {
            var started = Stopwatch.GetTimestamp();
            GC.KeepAlive(Read(bytes));
            passes.Add(Stopwatch.GetElapsedTime(started));
        }

        passes.Sort();
        return passes[Passes / 2];
    }

    /// <summary>Compiled well from the first call on; two sums, so that none waits for the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<sbyte> Read(ReadOnlySpan<sbyte> bytes)
    {
        var even = Vector256<sbyte>.Zero;
        var odd = Vector256<sbyte>.Zero;
        var numbers = MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(bytes);
        for (var i = 0; i + 1 < numbers.Length; i += 2)
        {
            even += numbers[i];
            odd += numbers[i + 1];
        }

        return even + odd;
    }
}
