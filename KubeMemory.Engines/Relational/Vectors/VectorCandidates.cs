using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>The best so far, at most so many. Of one search.</summary>
internal sealed class VectorCandidates(int capacity)
{
    private readonly PriorityQueue<(long IncidentId, string? Id), float> _worstFirst = new(capacity);

    /// <summary>Nothing that is not better than this is wanted.</summary>
    public float Floor { get; private set; } = float.NegativeInfinity;

    public bool Full => _worstFirst.Count == capacity;

    public string[] Ids => [.. _worstFirst.UnorderedItems.Select(item => item.Element.Id ?? VectorRecord.IdOf(item.Element.IncidentId))];

    public void Add(float score, long incidentId, string? id)
    {
        if (!Full)
        {
            _worstFirst.Enqueue((incidentId, id), score);
        }
        else
        {
            _worstFirst.EnqueueDequeue((incidentId, id), score);
        }

        if (Full && _worstFirst.TryPeek(out _, out var worst))
        {
            Floor = worst;
        }
    }
}
