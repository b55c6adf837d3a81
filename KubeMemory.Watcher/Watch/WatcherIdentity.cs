namespace KubeMemory.Watcher.Watch;

internal static class WatcherIdentity
{
    /// <summary>Names this process among the holders of leases and the consumers of a group; another start is another name.</summary>
    public static string Name { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
}
