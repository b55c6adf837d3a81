using System.Numerics.Tensors;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Tests.Engines.Relational.Vectors;

/// <summary>Vectors made up, and what a naive search finds among them.</summary>
internal static class VectorData
{
    /// <summary>In every direction alike: the nearest are hardly nearer than others.</summary>
    public static float[][] Random(int count, int dimensions, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Direction(random, dimensions))];
    }

    /// <summary>In heaps of a hundred, as failures are: those of one heap differ by little.</summary>
    public static float[][] Clustered(int count, int dimensions, int seed)
    {
        var random = new Random(seed);
        var centres = Enumerable.Range(0, Math.Max(1, count / 100)).Select(_ => Direction(random, dimensions)).ToArray();
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var vector = Direction(random, dimensions);
                TensorPrimitives.Multiply(vector, 0.2f, vector);
                TensorPrimitives.Add(vector, centres[i % centres.Length], vector);
                return vector;
            }),
        ];
    }

    public static VectorRecord Record(long incident, float[] vector, string cluster = "c1", string document = "") =>
        new(VectorRecord.IdOf(incident), VectorKinds.Incident, incident, cluster, "shop", "web", IncidentType.OOMKilled, document, vector);

    public static VectorRecord[] Records(float[][] vectors) => [.. vectors.Select((vector, i) => Record(i + 1, vector))];

    /// <summary>The share of the nearest, by full precision, that were found. One as near as the last of them counts, too.</summary>
    public static double Recall(IReadOnlyList<VectorRecord> records, float[] asked, IReadOnlyList<VectorMatch> found, int max)
    {
        var exact = records.ToDictionary(record => record.Id, record => TensorPrimitives.CosineSimilarity(asked, record.Vector.Span));
        var last = exact.Values.OrderDescending().ElementAt(max - 1);
        return (double)found.Count(match => exact[match.Id] >= last) / max;
    }

    private static float[] Direction(Random random, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            // Normally distributed, so that no direction is more likely than another.
            vector[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
