using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KubeMemory.Benchmarks.Search;

/// <summary>The floor of every search that looks at all vectors: reading as many bytes as they have, one a dimension, and nothing else.</summary>
internal static class ScanFloor
{
    private const int Passes = 20;

    /// <summary>The median pass.</summary>
    public static TimeSpan Run(int vectors, int dimensions)
    {
        var bytes = new sbyte[vectors * dimensions];
        Random.Shared.NextBytes(MemoryMarshal.AsBytes(bytes.AsSpan()));
        var passes = new List<TimeSpan>();
        var sum = Vector256<sbyte>.Zero;
        for (var pass = 0; pass < Passes; pass++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (ref readonly var numbers in MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(bytes))
            {
                sum += numbers;
            }

            passes.Add(Stopwatch.GetElapsedTime(started));
        }

        GC.KeepAlive(sum);
        passes.Sort();
        return passes[Passes / 2];
    }
}
