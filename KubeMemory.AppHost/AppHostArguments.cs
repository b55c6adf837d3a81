namespace KubeMemory.AppHost;

/// <summary>The command line: every option is short for a setting, so that a setting can come from anywhere, and what is Aspire's goes on to Aspire.</summary>
internal static class AppHostArguments
{
    private static readonly Dictionary<string, string> Switches = new(StringComparer.Ordinal)
    {
        ["--demo"] = $"--{AppHostOptions.DemoKey}=true",
        ["--no-ollama"] = $"--{AppHostOptions.OllamaKey}=false",
    };

    private static readonly Dictionary<string, string[]> Options = new(StringComparer.Ordinal)
    {
        ["--replicas"] = [AppHostOptions.ApiReplicasKey, AppHostOptions.WatcherReplicasKey],
        ["--chat-model"] = [AppHostOptions.ChatModelKey],
        ["--embedding-model"] = [AppHostOptions.EmbeddingModelKey],
        ["--kubeconfig"] = [AppHostOptions.KubeconfigPathKey],
        ["--context"] = [AppHostOptions.ContextKey],
        ["--namespaces"] = [AppHostOptions.NamespacesKey],
    };

    /// <summary><c>--demo --replicas 2 --publisher manifest</c> → <c>--KubeMemory:Demo=true --KubeMemory:Replicas:Api=2 … --publisher manifest</c>.</summary>
    /// <exception cref="AppHostException">An option lacks its value.</exception>
    public static string[] AsSettings(IReadOnlyList<string> args)
    {
        var settings = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (Switches.TryGetValue(args[i], out var setting))
            {
                settings.Add(setting);
            }
            else if (Options.TryGetValue(name, out var keys))
            {
                value ??= i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : throw new AppHostException($"{name} needs a value: write {name}=VALUE.");
                settings.AddRange(keys.Select(key => $"--{key}={value}"));
            }
            else
            {
                settings.Add(args[i]);
            }
        }

        return [.. settings];
    }
}
