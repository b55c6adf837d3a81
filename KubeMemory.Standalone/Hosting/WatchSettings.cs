using KubeMemory.Standalone.Cli;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Connections;

namespace KubeMemory.Standalone.Hosting;

/// <summary>What to watch: the command line's words as the watcher's settings, checked before anything starts.</summary>
internal static class WatchSettings
{
    public static IReadOnlyDictionary<string, string?> Of(StandaloneOptions options)
    {
        var settings = new Dictionary<string, string?>();
        Add(WatcherOptions.KubeconfigPathKey, options.Kubeconfig is null ? null : Path.GetFullPath(options.Kubeconfig));
        Add(WatcherOptions.ContextKey, options.Context);
        Add(WatcherOptions.NamespacesKey, options.Namespaces);
        return settings;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                settings[key] = value;
            }
        }
    }

    /// <summary>
    /// A kubeconfig or context that somebody named must be usable, and so must any kubeconfig that is there. Where there is none, or
    /// none in use, KubeMemory starts without a cluster.
    /// </summary>
    /// <exception cref="ConnectionException">One sentence for the user.</exception>
    public static void Check(IReadOnlyDictionary<string, string?> settings, TimeProvider time)
    {
        var watch = new WatcherOptions();
        watch.Read(new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(settings).Build());
        try
        {
            ClusterConnection.Open(watch, time).Dispose();
        }
        catch (ConnectionException e) when (e.InnerException is null && watch is { KubeconfigPath: null, Context: null, InCluster: false })
        {
            // No kubeconfig at all, or an empty one: the watcher says so on console and page, and looks again.
        }
    }
}
