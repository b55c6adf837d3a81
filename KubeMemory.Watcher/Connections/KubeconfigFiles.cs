using k8s;
using k8s.KubeConfigModels;

namespace KubeMemory.Watcher.Connections;

/// <summary>Finds the operator's kubeconfig and reads it, as kubectl would: one named file, the files in KUBECONFIG merged, or the default one.</summary>
/// <param name="home">What <c>~</c> and <c>%USERPROFILE%</c> stand for.</param>
internal sealed class KubeconfigFiles(string home)
{
    /// <summary>The merged configuration, and the files it came from as people would write them.</summary>
    /// <exception cref="ConnectionException">One sentence for the user.</exception>
    public (K8SConfiguration Configuration, KubeconfigExtras Extras, string Path) Load(WatcherOptions options)
    {
        var paths = PathsOf(options);
        var found = paths.Where(File.Exists).ToList();
        if (found.Count == 0)
        {
            throw new ConnectionException(NotFound(options, paths));
        }

        // kubectl takes the first value of each name, and passes over files in KUBECONFIG that are not there.
        var (merged, extras) = found.Select(Read).Aggregate(static (first, next) => (Merge(first.Configuration, next.Configuration), first.Extras.Merge(next.Extras)));
        return (merged, extras, string.Join(Path.PathSeparator, found));
    }

    private List<string> PathsOf(WatcherOptions options)
    {
        if (options.KubeconfigPath is { } named)
        {
            return [Expand(named)];
        }

        return options.Kubeconfig is { } list
            ? [.. list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Expand)]
            : [Path.Combine(home, ".kube", "config")];
    }

    /// <summary>A path as written on Windows or Unix, as a path of this machine.</summary>
    internal string Expand(string path)
    {
        path = path.Trim().Trim('"');
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal))
        {
            path = home + path[1..];
        }

        path = path.Replace("%USERPROFILE%", home, StringComparison.OrdinalIgnoreCase);
        path = Environment.ExpandEnvironmentVariables(path);
        return Path.GetFullPath(OperatingSystem.IsWindows() ? path : path.Replace('\\', '/'));
    }

    private static string NotFound(WatcherOptions options, List<string> paths)
    {
        var path = string.Join(Path.PathSeparator, paths);
        // The commonest cause there: the file is on the machine, and nobody mounted it.
        var (here, mount) = options.InContainer ? (" in this container", "mount it, or ") : ("", "");
        return options.KubeconfigPath is not null ? $"The kubeconfig {path} does not exist{here}: {mount}correct {WatcherOptions.KubeconfigPathKey}."
            : options.Kubeconfig is not null ? $"No file of KUBECONFIG exists{here} ({path}): {mount}correct it, or name one in {WatcherOptions.KubeconfigPathKey}."
            : $"There is no kubeconfig at {path}{here}: {mount}name one in {WatcherOptions.KubeconfigPathKey}, or create a cluster.";
    }

    private static (K8SConfiguration Configuration, KubeconfigExtras Extras) Read(string path)
    {
        K8SConfiguration configuration;
        KubeconfigExtras extras;
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            var content = File.ReadAllBytes(path);
            using var stream = new MemoryStream(content);
            configuration = KubernetesClientConfiguration.LoadKubeConfig(stream);
            using var text = new StreamReader(new MemoryStream(content));
            extras = KubeconfigExtras.Read(text, folder);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ConnectionException($"The kubeconfig {path} may not be read by this user: change its permissions.", e);
        }
        catch (IOException e)
        {
            throw new ConnectionException($"The kubeconfig {path} cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The YAML reader throws many kinds; all of them mean that the file is none.
            throw new ConnectionException($"The kubeconfig {path} is not valid YAML of a kubeconfig: {FirstLine(e.Message)}", e);
        }

        if (configuration is null || ((configuration.Clusters ?? []).FirstOrDefault() is null && (configuration.Contexts ?? []).FirstOrDefault() is null))
        {
            throw new ConnectionException($"The kubeconfig {path} names no cluster and no context: it is empty or something else.");
        }

        return (WithAbsolutePaths(configuration, folder), extras);
    }

    // Each file's relative paths are relative to that file, which the merged configuration no longer tells.
    private static K8SConfiguration WithAbsolutePaths(K8SConfiguration configuration, string folder)
    {
        string? Absolute(string? path) => string.IsNullOrEmpty(path) ? path : Path.GetFullPath(path, folder);
        foreach (var endpoint in (configuration.Clusters ?? []).Select(c => c.ClusterEndpoint).OfType<ClusterEndpoint>())
        {
            endpoint.CertificateAuthority = Absolute(endpoint.CertificateAuthority);
        }

        foreach (var user in (configuration.Users ?? []).Select(u => u.UserCredentials).OfType<UserCredentials>())
        {
            user.ClientCertificate = Absolute(user.ClientCertificate);
            user.ClientKey = Absolute(user.ClientKey);
            if (user.ExternalExecution is { Command: { } command } exec && command.Contains('/', StringComparison.Ordinal))
            {
                exec.Command = Absolute(command);
            }
        }

        return configuration;
    }

    private static K8SConfiguration Merge(K8SConfiguration first, K8SConfiguration next)
    {
        first.CurrentContext = string.IsNullOrEmpty(first.CurrentContext) ? next.CurrentContext : first.CurrentContext;
        first.Contexts = [.. (first.Contexts ?? []).Concat(next.Contexts ?? []).DistinctBy(c => c.Name)];
        first.Clusters = [.. (first.Clusters ?? []).Concat(next.Clusters ?? []).DistinctBy(c => c.Name)];
        first.Users = [.. (first.Users ?? []).Concat(next.Users ?? []).DistinctBy(u => u.Name)];
        return first;
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
