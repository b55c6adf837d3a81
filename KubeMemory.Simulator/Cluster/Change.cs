namespace KubeMemory.Simulator.Cluster;

internal enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One step of a resource's history. Its watch lines are serialised once and shared by all watchers.</summary>
internal sealed class Change(ChangeType type, StoredObject current, StoredObject? previous)
{
    private readonly byte[]?[] _lines = new byte[3][];
    private readonly Lock _gate = new();

    public ChangeType Type { get; } = type;

    /// <summary>The object after the change; for a deletion its last state with the version of the deletion.</summary>
    public StoredObject Current { get; } = current;

    /// <summary>The object before the change; null where it was added.</summary>
    public StoredObject? Previous { get; } = previous;

    public long Version => Current.Version;

    /// <summary>
    /// What a watcher with this selection sees. An object that leaves the selection looks deleted, one that enters it looks added.
    /// </summary>
    public ChangeType? SeenThrough(Selection selection)
    {
        var after = Type != ChangeType.Deleted && selection.Matches(Current);
        var before = Previous is not null && selection.Matches(Previous);
        return (before, after) switch
        {
            (false, true) => ChangeType.Added,
            (true, true) => ChangeType.Modified,
            (true, false) => ChangeType.Deleted,
            _ => null,
        };
    }

    /// <summary>The line as it goes over the wire, newline included.</summary>
    public ReadOnlyMemory<byte> Line(ChangeType seen)
    {
        lock (_gate)
        {
            return _lines[(int)seen] ??= Write(seen);
        }
    }

    private byte[] Write(ChangeType seen) => WatchLine.Write(
        seen switch { ChangeType.Added => "ADDED"u8, ChangeType.Modified => "MODIFIED"u8, _ => "DELETED"u8 },
        Current.Full.Span);
}
