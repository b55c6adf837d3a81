namespace KubeMemory.Core.Clusters;

/// <summary>A cluster on a measurement, under the names of OpenTelemetry's conventions.</summary>
public static class ClusterTags
{
    public const string Name = "k8s.cluster.name";
    public const string Uid = "k8s.cluster.uid";

    /// <param name="id">Empty until the cluster has been reached.</param>
    /// <param name="name">What people call it; its id where nobody says.</param>
    public static KeyValuePair<string, object?>[] Of(string id, string? name) => [new(Name, string.IsNullOrEmpty(name) ? id : name), new(Uid, id)];
}
