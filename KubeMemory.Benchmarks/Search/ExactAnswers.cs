using System.Numerics.Tensors;
using KubeMemory.Core.Memory;

namespace KubeMemory.Benchmarks.Search;

/// <summary>What a naive search in full precision finds for each query, gathered while the records come by.</summary>
internal sealed class ExactAnswers(IReadOnlyList<float[]> queries)
{
    public const int Results = 10;

    /// <summary>How much less near one may be than the last of the exact answers and count as found: those two are equally good.</summary>
    private const float Equal = 0.0001f;

    private readonly PriorityQueue<int, float>[] _nearest = [.. queries.Select(_ => new PriorityQueue<int, float>(Results + 1))];

    public void See(IReadOnlyList<VectorRecord> records)
    {
        for (var query = 0; query < queries.Count; query++)
        {
            var nearest = _nearest[query];
            foreach (var record in records)
            {
                var similarity = TensorPrimitives.Dot(queries[query], record.Vector.Span);
                if (nearest.Count < Results)
                {
                    nearest.Enqueue(0, similarity);
                }
                else if (nearest.TryPeek(out _, out var last) && similarity > last)
                {
                    nearest.EnqueueDequeue(0, similarity);
                }
            }
        }
    }

    /// <summary>The share of the exact answers that was found.</summary>
    public double Recall(int query, IReadOnlyList<VectorMatch> found)
    {
        _nearest[query].TryPeek(out _, out var last);
        return (double)found.Count(match => TensorPrimitives.Dot(queries[query], FailureTexts.Record((int)match.IncidentId).Vector.Span) >= last - Equal) / Results;
    }
}
