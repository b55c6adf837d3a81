using System.Collections.Concurrent;
using System.Numerics.Tensors;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>
/// Vectors in the relational database, searched exactly: every vector of the space is compared, in memory and quantised, and the best are
/// compared again with what the table holds. The table is the truth; every search first looks whether it has changed, and reads what has.
/// </summary>
internal sealed class RelationalVectorMemory(RelationalDatabase database, TimeProvider time) : IVectorMemory, IDisposable
{
    /// <summary>Records of one transaction: others want to write, too.</summary>
    private const int WriteBatch = 256;
    private const int DeleteBatch = 500;

    /// <summary>How many more candidates than results are compared exactly, and at least how many.</summary>
    private const int CandidatesOfResult = 8;
    private const int MinCandidates = 64;

    /// <summary>How often a search begins again because what it found has gone meanwhile.</summary>
    private const int Attempts = 3;

    /// <summary>After how long the index of a space that nobody searches is let go, when another one is loaded.</summary>
    private static readonly TimeSpan UnusedFor = TimeSpan.FromMinutes(10);

    private readonly VectorTable _table = new(database);
    private readonly ConcurrentDictionary<VectorSpace, IndexedSpace> _spaces = new();

    public async Task UpsertAsync(VectorSpace space, IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken)
    {
        VectorRules.Check(space, records);
        // The last of an id wins, as if they came one after another.
        foreach (var batch in records.Reverse().DistinctBy(record => record.Id, StringComparer.Ordinal).Reverse().Chunk(WriteBatch))
        {
            var rows = batch.Select(record => (Clean(record), HalfVector.Encode(record.Vector.Span))).ToList();
            var known = _spaces.GetValueOrDefault(space);
            var version = await _table.UpsertAsync(space, rows, known?.TakeDeleted(WriteBatch) ?? [], cancellationToken).ConfigureAwait(false);
            known?.Written(version, rows);
        }
    }

    public async Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidentIds);
        foreach (var batch in incidentIds.Chunk(DeleteBatch))
        {
            var spaces = await _table.DeleteAsync(batch, cancellationToken).ConfigureAwait(false);
            foreach (var name in spaces)
            {
                // Afterwards what this process writes joins on again.
                if (_spaces.TryGetValue(VectorSpace.Parse(name), out var known) && known.Loaded)
                {
                    await known.CurrentAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    public async Task<IReadOnlyList<VectorMatch>> SearchAsync(
        VectorSpace space, ReadOnlyMemory<float> vector, int max, VectorFilter filter, CancellationToken cancellationToken)
    {
        VectorRules.Check(space, vector.Span, max);
        ArgumentNullException.ThrowIfNull(filter);
        filter = Clean(filter);
        var asked = HalfVector.Normalise(vector.Span);
        for (var attempt = 1; ; attempt++)
        {
            var known = Known(space);
            if (await known.CurrentAsync(cancellationToken).ConfigureAwait(false) is not { } index)
            {
                return [];
            }

            var version = index.Version;
            var candidates = index.Search(asked, filter, Math.Max(MinCandidates, CandidatesOfResult * max));
            var ids = candidates.Ids;
            if (ids.Length == 0)
            {
                return [];
            }

            // What they are now counts, not what they were in the index.
            var (matches, found) = await _table.NearestAsync(
                space, ids, row => Fits(row, filter) ? Cosine(asked, row.Vector!) : null, max, cancellationToken).ConfigureAwait(false);
            var missing = ids.Where(id => !found.Contains(id)).ToList();
            if (missing.Count > 0)
            {
                await known.ForgetAsync(index, version, missing, cancellationToken).ConfigureAwait(false);
            }

            if (matches.Count == max || missing.Count == 0 || !candidates.Full || attempt == Attempts)
            {
                return matches;
            }
        }
    }

    public async Task<ReadOnlyMemory<float>?> GetAsync(VectorSpace space, string id, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var bytes = await _table.VectorAsync(space, VectorRules.Clean(id), cancellationToken).ConfigureAwait(false);
        return bytes is null ? (ReadOnlyMemory<float>?)null : HalfVector.Decode(bytes);
    }

    public async Task<IReadOnlyDictionary<string, string>> GetDocumentsAsync(
        VectorSpace space, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        ArgumentNullException.ThrowIfNull(ids);
        return await _table.DocumentsAsync(space, [.. ids.Select(VectorRules.Clean)], cancellationToken).ConfigureAwait(false);
    }

    public async Task<long> CountAsync(VectorSpace space, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        return await _table.CountAsync(space, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<VectorSpace>> ListSpacesAsync(CancellationToken cancellationToken) =>
        [.. (await _table.ListSpacesAsync(cancellationToken).ConfigureAwait(false)).Select(VectorSpace.Parse)];

    public async Task DropAsync(VectorSpace space, CancellationToken cancellationToken)
    {
        VectorRules.Check(space);
        await _table.DropAsync(space, cancellationToken).ConfigureAwait(false);
        _spaces.TryRemove(space, out _);
    }

    /// <summary>Once nobody searches any more. A space that was let go before may have been in use, and held nothing but memory.</summary>
    public void Dispose()
    {
        foreach (var space in _spaces.Values)
        {
            space.Dispose();
        }
    }

    private static VectorRecord Clean(VectorRecord record) => record with
    {
        Id = VectorRules.Clean(record.Id),
        Kind = VectorRules.Clean(record.Kind),
        ClusterId = VectorRules.Clean(record.ClusterId),
        Namespace = VectorRules.Clean(record.Namespace),
        Workload = VectorRules.Clean(record.Workload),
        Document = VectorRules.Document(record.Document),
    };

    private static VectorFilter Clean(VectorFilter filter) => filter with
    {
        ClusterId = CleanOrNull(filter.ClusterId),
        Namespace = CleanOrNull(filter.Namespace),
        Workload = CleanOrNull(filter.Workload),
        Kind = CleanOrNull(filter.Kind),
    };

    private static string? CleanOrNull(string? text) => text is null ? null : VectorRules.Clean(text);

    private static bool Fits(in StoredVector row, VectorFilter filter) =>
        (filter.ClusterId is null || filter.ClusterId == row.ClusterId) && (filter.Namespace is null || filter.Namespace == row.Namespace)
        && (filter.Workload is null || filter.Workload == row.Workload) && (filter.Type is null || filter.Type.ToString() == row.Type)
        && (filter.Kind is null || filter.Kind == row.Kind) && filter.Except != row.IncidentId;

    private static double Cosine(ReadOnlySpan<float> asked, byte[] stored)
    {
        Span<float> vector = asked.Length <= 1024 ? stackalloc float[asked.Length] : new float[asked.Length];
        HalfVector.Decode(stored, vector);
        return Math.Clamp(TensorPrimitives.CosineSimilarity(asked, vector), -1d, 1d);
    }

    private IndexedSpace Known(VectorSpace space)
    {
        if (_spaces.TryGetValue(space, out var known))
        {
            return known;
        }

        foreach (var (other, _) in _spaces.Where(pair => pair.Value.Unused > UnusedFor))
        {
            _spaces.TryRemove(other, out _);
        }

        return _spaces.GetOrAdd(space, added => new IndexedSpace(added, _table, time));
    }
}
