using System.Collections.Concurrent;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Watcher.Watch;

/// <summary>A cluster that this process holds the lease of and has listed.</summary>
/// <param name="Stopping">Cancelled when the lease is lost or the watch ends.</param>
internal sealed record ActiveCluster(string ClusterId, IKubernetesReader Reader, ClusterView View, ISignalSink Sink, CancellationToken Stopping);

/// <summary>The clusters watched by this process. Thread-safe.</summary>
internal sealed class ActiveClusters
{
    private readonly ConcurrentDictionary<string, ActiveCluster> _clusters = new(StringComparer.Ordinal);

    public void Add(ActiveCluster cluster) => _clusters[cluster.ClusterId] = cluster;

    public void Remove(ActiveCluster cluster) => _clusters.TryRemove(KeyValuePair.Create(cluster.ClusterId, cluster));

    public ActiveCluster? Find(string clusterId) => _clusters.GetValueOrDefault(clusterId);
}

internal static class WatcherIdentity
{
    /// <summary>Names this process among the holders of leases and the consumers of a group; another start is another name.</summary>
    public static string Name { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
}
