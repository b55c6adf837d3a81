using System.Collections.Concurrent;
using System.Globalization;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>A row of the table <c>vectors</c> without its document.</summary>
/// <param name="Vector">As <see cref="HalfVector"/> encodes it; null where the record was deleted.</param>
internal readonly record struct StoredVector(
    string Id, long Version, string Kind, long IncidentId, string ClusterId, string Namespace, string Workload, string Type, byte[]? Vector);

/// <summary>
/// A space's vectors in memory, quantised, about 460 bytes a record of 384 dimensions. Many may search while one changes it.
/// </summary>
internal sealed class VectorIndex(int dimensions)
{
    /// <summary>Names may outnumber records so many times, and this much, before a new index is worth its while.</summary>
    private const int SpareNames = 4;
    private const int FewNames = 4096;

    private const string IncidentPrefix = "incident:";

    private readonly int _stride = QuantisedVector.Stride(dimensions);
    private readonly ConcurrentDictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _slotsOfIncidents = [];
    private readonly Dictionary<string, int> _slotsOfOthers = new(StringComparer.Ordinal);
    private readonly Stack<int> _free = [];
    private readonly float[] _vector = new float[dimensions];
    private readonly sbyte[] _numbers = new sbyte[QuantisedVector.Stride(dimensions)];
    private volatile VectorBlock[] _blocks = [];
    private long _version;
    private int _used;

    /// <summary>Everything that the table held at this version is in, and nothing older.</summary>
    public long Version
    {
        get => Volatile.Read(ref _version);
        set => Volatile.Write(ref _version, value);
    }

    public int Count => _slotsOfIncidents.Count + _slotsOfOthers.Count;

    /// <summary>It keeps the names of far more records than there are.</summary>
    public bool Sprawls => _names.Count > FewNames + ((long)SpareNames * Count);

    /// <summary>Puts the record in, in place of what it was, or takes it out. One caller at a time.</summary>
    public void Apply(in StoredVector stored)
    {
        if (stored.Vector is null)
        {
            Remove(stored.Id);
            return;
        }

        if (stored.Vector.Length != dimensions * sizeof(short))
        {
            throw new InvalidDataException($"The vector of {stored.Id} has {stored.Vector.Length} bytes, and {dimensions} dimensions have {dimensions * sizeof(short)}.");
        }

        HalfVector.Decode(stored.Vector, _vector);
        var scale = QuantisedVector.Row(_vector, _numbers);
        var codes = new VectorCodes(Code(stored.ClusterId), Code(stored.Namespace), Code(stored.Workload), Code(stored.Type), Code(stored.Kind));
        var slot = SlotFor(stored.Id);
        _blocks[slot / VectorBlock.Rows].Set(
            slot % VectorBlock.Rows,
            new VectorKey(stored.IncidentId, codes, scale),
            stored.Id == VectorRecord.IdOf(stored.IncidentId) ? null : stored.Id,
            _numbers);
    }

    /// <summary>One caller at a time, who is no other than that of <see cref="Apply"/>.</summary>
    public void Remove(string id)
    {
        if (IncidentOf(id) is { } incident ? _slotsOfIncidents.Remove(incident, out var slot) : _slotsOfOthers.Remove(id, out slot))
        {
            _blocks[slot / VectorBlock.Rows].Clear(slot % VectorBlock.Rows);
            _free.Push(slot);
        }
    }

    /// <summary>The best candidates, in no order; none where the filter names what no record has.</summary>
    public VectorCandidates Search(ReadOnlySpan<float> vector, VectorFilter filter, int max)
    {
        var candidates = new VectorCandidates(max);
        if (CodesOf(filter) is { } codes)
        {
            var query = new VectorQuery(QuantisedVector.Query(vector), codes, filter.Except);
            foreach (var block in _blocks)
            {
                block.Scan(query, candidates);
            }
        }

        return candidates;
    }

    private VectorCodes? CodesOf(VectorFilter filter)
    {
        return Known(filter.ClusterId, out var cluster) && Known(filter.Namespace, out var ns) && Known(filter.Workload, out var workload)
            && Known(filter.Type?.ToString(), out var type) && Known(filter.Kind, out var kind)
            ? new VectorCodes(cluster, ns, workload, type, kind)
            : null;

        bool Known(string? name, out int code)
        {
            code = 0;
            return name is null || _names.TryGetValue(name, out code);
        }
    }

    private int Code(string name)
    {
        if (!_names.TryGetValue(name, out var code))
        {
            code = _names.Count + 1;
            _names[name] = code;
        }

        return code;
    }

    private int SlotFor(string id)
    {
        var incident = IncidentOf(id);
        if (incident is { } number ? _slotsOfIncidents.TryGetValue(number, out var slot) : _slotsOfOthers.TryGetValue(id, out slot))
        {
            return slot;
        }

        if (!_free.TryPop(out slot))
        {
            slot = _used++;
            if (slot / VectorBlock.Rows == _blocks.Length)
            {
                _blocks = [.. _blocks, new VectorBlock(_stride)];
            }
        }

        if (incident is { } key)
        {
            _slotsOfIncidents[key] = slot;
        }
        else
        {
            _slotsOfOthers[id] = slot;
        }

        return slot;
    }

    /// <summary>A number instead of a text, where the id is one that follows from a number.</summary>
    private static long? IncidentOf(string id) =>
        id.StartsWith(IncidentPrefix, StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(IncidentPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var incident)
        && id == VectorRecord.IdOf(incident)
            ? incident
            : null;
}
