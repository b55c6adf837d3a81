using System.Collections.Immutable;

namespace KubeMemory.Simulator.Cluster;

/// <summary>The objects of one resource, their bounded history and their watchers. Not thread-safe: the cluster's lock guards it.</summary>
internal sealed class ResourceTable(KubernetesResource resource, int historyLimit)
{
    private readonly Queue<Change> _history = new();
    private readonly List<ClusterWatch> _watches = [];

    public KubernetesResource Resource { get; } = resource;

    public ImmutableSortedDictionary<string, StoredObject> Objects { get; private set; } =
        ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    /// <summary>Versions below this one are compacted.</summary>
    public long Oldest { get; private set; }

    public void Commit(Change change)
    {
        Objects = change.Type == ChangeType.Deleted
            ? Objects.Remove(change.Current.Key)
            : Objects.SetItem(change.Current.Key, change.Current);
        _history.Enqueue(change);
        while (_history.Count > historyLimit)
        {
            Oldest = _history.Dequeue().Version;
        }

        foreach (var watch in _watches)
        {
            watch.Publish(change);
        }
    }

    /// <summary>The objects as they were at a version that is not compacted.</summary>
    public ImmutableSortedDictionary<string, StoredObject> ObjectsAt(long version)
    {
        var then = Objects;
        foreach (var change in _history.Reverse().TakeWhile(c => c.Version > version))
        {
            then = change.Previous is null ? then.Remove(change.Current.Key) : then.SetItem(change.Previous.Key, change.Previous);
        }

        return then;
    }

    public void Attach(ClusterWatch watch, long? after)
    {
        var missed = after is { } version
            ? _history.Where(c => c.Version > version)
            : Objects.Values.Select(o => new Change(ChangeType.Added, o, null));
        foreach (var change in missed)
        {
            watch.Publish(change);
        }

        _watches.Add(watch);
    }

    public void Detach(ClusterWatch watch) => _watches.Remove(watch);

    public int WatchCount => _watches.Count;

    public void Compact(long version)
    {
        _history.Clear();
        Oldest = version;
    }

    public void Clear() => Objects = Objects.Clear();

    public void CloseWatches()
    {
        foreach (var watch in _watches)
        {
            watch.Close();
        }
    }
}
