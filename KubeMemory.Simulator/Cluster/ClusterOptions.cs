namespace KubeMemory.Simulator.Cluster;

/// <summary>How the simulated cluster remembers.</summary>
public sealed class ClusterOptions
{
    /// <summary>Changes kept for watches and paged lists, per resource. Older versions are compacted: a watch from them gets 410. Default 5000, at least 0.</summary>
    public int HistoryLimit { get; init; } = 5000;

    /// <summary>How long an Event lives after it was last written, as in the API server's --event-ttl. Null (the default): for ever. More than zero.</summary>
    public TimeSpan? EventTtl { get; init; }

    /// <summary>Changes that a watcher may lag behind before it is closed; the client then lists again. Default 10000, at least 1.</summary>
    public int WatchBacklog { get; init; } = 10_000;

    /// <summary>The first resourceVersion. Default 1000, at least 0.</summary>
    public long FirstVersion { get; init; } = 1000;

    /// <summary>The uid of namespace kube-system, by which a cluster is known. Null (the default): a new one per instance.</summary>
    public string? KubeSystemUid { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(HistoryLimit);
        ArgumentOutOfRangeException.ThrowIfLessThan(WatchBacklog, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(FirstVersion);
        if (EventTtl is { } ttl)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero, nameof(EventTtl));
        }
    }
}
