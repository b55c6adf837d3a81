using System.Collections.Concurrent;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>Keeps one space's index as the table is. Thread-safe.</summary>
internal sealed class IndexedSpace(VectorSpace space, VectorTable table, TimeProvider time) : IDisposable
{
    private const int PageSize = 2000;

    /// <summary>More deletions than these are cleared away after the next start.</summary>
    private const int MaxDeleted = 10_000;

    /// <summary>
    /// How long a deletion stays in the table, so that other processes see it. One that has not looked for longer finds out when the record
    /// is not there.
    /// </summary>
    private static readonly TimeSpan DeletedFor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ConcurrentQueue<(string Id, long SeenAt)> _deleted = [];
    private volatile VectorIndex? _index;
    private long _usedAt = time.GetTimestamp();

    public bool Loaded => _index is not null;

    public TimeSpan Unused => time.GetElapsedTime(Volatile.Read(ref _usedAt));

    /// <summary>The index with everything that was committed before the call; null where the space has never been.</summary>
    public async Task<VectorIndex?> CurrentAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _usedAt, time.GetTimestamp());
        if (await table.VersionAsync(space, cancellationToken).ConfigureAwait(false) is not { } version)
        {
            return null;
        }

        if (_index is { } index && index.Version >= version)
        {
            return index;
        }

        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _index is { } caughtUp && caughtUp.Version >= version ? caughtUp : await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// What this process has written itself needs no reading, unless somebody else has written before it. Waits for nobody: what is not
    /// taken in here, the next search takes in.
    /// </summary>
    public void Written(long version, IReadOnlyList<(VectorRecord Record, byte[] Vector)> records)
    {
        if (_index is null || !_changing.Wait(0, CancellationToken.None))
        {
            return;
        }

        try
        {
            if (_index is { } index && index.Version == version - 1)
            {
                foreach (var (record, vector) in records)
                {
                    index.Apply(new StoredVector(
                        record.Id, version, record.Kind, record.IncidentId, record.ClusterId, record.Namespace, record.Workload, record.Type.ToString(), vector));
                }

                index.Version = version;
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Takes out of an index what the table no longer has, though no deletion told so.</summary>
    /// <param name="version">The index's, before the table was asked.</param>
    public async Task ForgetAsync(VectorIndex index, long version, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Otherwise one of them may have come back meanwhile. The next search that misses them tries again.
            if (index.Version == version)
            {
                foreach (var id in ids)
                {
                    index.Remove(id);
                }
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Deletions that everybody has had the time to see, at most so many; handed out once.</summary>
    public string[] TakeDeleted(int max)
    {
        var ids = new List<string>();
        while (ids.Count < max && _deleted.TryPeek(out var next) && time.GetElapsedTime(next.SeenAt) > DeletedFor && _deleted.TryDequeue(out next))
        {
            ids.Add(next.Id);
        }

        return [.. ids];
    }

    public void Dispose() => _changing.Dispose();

    private async Task<VectorIndex> CatchUpAsync(CancellationToken cancellationToken)
    {
        var index = _index is { Sprawls: false } known ? known : new VectorIndex(space.Dimensions);
        // The place before the first row of the next version.
        var (version, id) = (index.Version + 1, "");
        while (true)
        {
            var page = await table.ReadAfterAsync(space, version, id, PageSize, stored => Apply(index, stored), cancellationToken).ConfigureAwait(false);
            if (!VectorTable.SameLife(page.SpaceVersion, version))
            {
                index = new VectorIndex(space.Dimensions) { Version = VectorTable.BirthOf(page.SpaceVersion) };
                (version, id) = (index.Version, "");
                continue;
            }

            (version, id) = (page.Version, page.Id);
            if (page.Last)
            {
                index.Version = page.SpaceVersion;
                _index = index;
                return index;
            }
        }
    }

    private void Apply(VectorIndex index, in StoredVector stored)
    {
        index.Apply(stored);
        if (stored.Vector is null && _deleted.Count < MaxDeleted)
        {
            _deleted.Enqueue((stored.Id, time.GetTimestamp()));
        }
    }
}
