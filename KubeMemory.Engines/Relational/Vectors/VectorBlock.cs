namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>Codes of a record's names in <see cref="VectorIndex"/>, from 1 on; in a filter 0 is any.</summary>
internal readonly record struct VectorCodes(int Cluster, int Namespace, int Workload, int Type, int Kind)
{
    public bool Match(in VectorCodes row) =>
        (Cluster == 0 || Cluster == row.Cluster) && (Namespace == 0 || Namespace == row.Namespace) && (Workload == 0 || Workload == row.Workload)
        && (Type == 0 || Type == row.Type) && (Kind == 0 || Kind == row.Kind);
}

/// <param name="Scale">What a number of the row is worth; 0 where no record is.</param>
internal readonly record struct VectorKey(long IncidentId, VectorCodes Codes, float Scale);

/// <param name="Numbers">Of <see cref="QuantisedVector.Query"/>.</param>
/// <param name="Except">An incident that is not to be found.</param>
internal sealed record VectorQuery(short[] Numbers, VectorCodes Codes, long? Except);

/// <summary>
/// Rows that lie beside each other. A search holds it for some tens of microseconds, so that nobody waits for a whole search and no row is
/// seen half written. Thread-safe.
/// </summary>
internal sealed class VectorBlock(int stride)
{
    public const int Rows = 1024;

    private readonly Lock _lock = new();
    private readonly sbyte[] _numbers = new sbyte[Rows * stride];
    private readonly VectorKey[] _keys = new VectorKey[Rows];

    /// <summary>Of records whose id does not follow from their incident; there are hardly any.</summary>
    private string?[]? _ids;

    public void Set(int row, VectorKey key, string? id, ReadOnlySpan<sbyte> numbers)
    {
        lock (_lock)
        {
            _keys[row] = key;
            numbers.CopyTo(_numbers.AsSpan(row * stride, stride));
            if (id is not null)
            {
                _ids ??= new string?[Rows];
            }

            if (_ids is not null)
            {
                _ids[row] = id;
            }
        }
    }

    public void Clear(int row)
    {
        lock (_lock)
        {
            _keys[row] = default;
            if (_ids is not null)
            {
                _ids[row] = null;
            }
        }
    }

    public void Scan(VectorQuery query, VectorCandidates candidates)
    {
        var codes = query.Codes;
        var except = query.Except;
        lock (_lock)
        {
            for (var row = 0; row < Rows; row++)
            {
                ref readonly var key = ref _keys[row];
                if (key.Scale > 0 && codes.Match(key.Codes) && key.IncidentId != except)
                {
                    var score = key.Scale * QuantisedVector.Dot(query.Numbers, _numbers.AsSpan(row * stride, stride));
                    if (score > candidates.Floor)
                    {
                        candidates.Add(score, key.IncidentId, _ids?[row]);
                    }
                }
            }
        }
    }
}
