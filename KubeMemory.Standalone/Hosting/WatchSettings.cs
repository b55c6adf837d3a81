using KubeMemory.Standalone.Cli;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Connections;
using Microsoft.Extensions.Options;

namespace KubeMemory.Standalone.Hosting;

/// <summary>What to watch: the command line's words as the watcher's settings, checked before anything starts.</summary>
internal static class WatchSettings
{
    public static IReadOnlyDictionary<string, string?> Of(StandaloneOptions options)
    {
        var settings = new Dictionary<string, string?>();
        Add(WatcherOptions.KubeconfigPathKey, options.Kubeconfig);
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
    /// <exception cref="OptionsValidationException">One sentence for each setting that makes no sense.</exception>
    public static void Check(IReadOnlyDictionary<string, string?> settings, TimeProvider time)
    {
        var watch = Read(new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(settings).Build());
        try
        {
            ClusterConnection.Open(watch, time).Dispose();
        }
        catch (ConnectionException e) when (e.InnerException is null && watch is { KubeconfigPath: null, Context: null, InCluster: false })
        {
            // No kubeconfig at all, or an empty one: the watcher says so on console and page, and looks again.
        }
    }

    /// <summary>The namespaces of an import, by the watcher's own rules.</summary>
    /// <exception cref="OptionsValidationException">One of them is no name.</exception>
    public static IReadOnlyList<string> Namespaces(string? list) => Read(
        new ConfigurationBuilder().AddInMemoryCollection([new(WatcherOptions.NamespacesKey, list ?? WatcherOptions.AllNamespaces)]).Build()).Namespaces;

    /// <summary>A sentence about the watcher's settings, with the names that this user gave them: an option's where one was typed.</summary>
    public static string InUsersWords(string sentence, string? kubeconfig, string? context, string? namespaces)
    {
        (string Key, string Option, string? Typed)[] names =
        [
            (WatcherOptions.KubeconfigPathKey, "--kubeconfig", kubeconfig),
            (WatcherOptions.ContextKey, "--context", context),
            (WatcherOptions.NamespacesKey, "--namespaces", namespaces),
        ];
        foreach (var (key, option, typed) in names)
        {
            var words = typed is not null ? option
                : string.IsNullOrEmpty(Environment.GetEnvironmentVariable(key)) ? $"{option} or {key}"
                : key;
            sentence = sentence.Replace(key, words, StringComparison.Ordinal);
        }

        return sentence;
    }

    private static WatcherOptions Read(IConfiguration configuration)
    {
        using var services = new ServiceCollection().AddKubeMemoryWatcher(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<WatcherOptions>>().Value;
    }
}
