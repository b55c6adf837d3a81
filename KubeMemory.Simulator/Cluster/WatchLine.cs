namespace KubeMemory.Simulator.Cluster;

/// <summary>What stands in a watcher's queue: a change, or a bookmark.</summary>
internal readonly record struct WatchLine(Change? Change, ChangeType Seen, ReadOnlyMemory<byte> Ready)
{
    public ReadOnlyMemory<byte> Utf8 => Change is null ? Ready : Change.Line(Seen);

    // {"type":"ADDED","object":{"kind":"Event","apiVersion":"v1",…}}\n
    public static byte[] Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> obj) =>
        [.. "{\"type\":\""u8, .. type, .. "\",\"object\":"u8, .. obj, .. "}\n"u8];
}
