namespace KubeMemory.AppHost;

internal static class ClusterExtensions
{
    /// <summary>The cluster to watch. The Watcher runs on this machine and reads the kubeconfig as it is, also that of kind.</summary>
    public static IResourceBuilder<ProjectResource> WithCluster(this IResourceBuilder<ProjectResource> service, AppHostOptions options)
    {
        foreach (var (name, value) in options.Cluster)
        {
            service.WithEnvironment(name, value);
        }

        return service;
    }
}
