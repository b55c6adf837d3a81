using System.Globalization;
using Microsoft.Extensions.Options;

namespace KubeMemory.Watcher;

/// <summary>What the environment says about the cluster to watch, under the names that users already have.</summary>
public sealed class WatcherOptions
{
    public const string InClusterKey = "K8S_IN_CLUSTER";
    public const string KubeconfigPathKey = "K8S_KUBECONFIG_PATH";
    public const string KubeconfigKey = "KUBECONFIG";
    public const string ContextKey = "K8S_CONTEXT";
    public const string NamespacesKey = "K8S_NAMESPACES";
    public const string WatchTimeoutKey = "K8S_WATCH_TIMEOUT";

    /// <summary>Set by .NET's container images.</summary>
    public const string InContainerKey = "DOTNET_RUNNING_IN_CONTAINER";

    /// <summary><c>*</c>: one watch for the whole cluster.</summary>
    public const string AllNamespaces = "*";

    /// <summary><c>K8S_IN_CLUSTER</c>: use the service account of the pod that this runs in. Default false.</summary>
    public bool InCluster { get; set; }

    /// <summary><c>K8S_KUBECONFIG_PATH</c>: one file; <c>~</c> and <c>%USERPROFILE%</c> are understood. Default: KUBECONFIG, else ~/.kube/config.</summary>
    public string? KubeconfigPath { get; set; }

    /// <summary><c>KUBECONFIG</c>: files as kubectl reads them, separated by ':' (';' on Windows).</summary>
    public string? Kubeconfig { get; set; }

    /// <summary><c>K8S_CONTEXT</c>. Default: the kubeconfig's current context.</summary>
    public string? Context { get; set; }

    /// <summary><c>K8S_NAMESPACES</c>: comma list, or <c>*</c>. Default: <c>default</c>. At most 200.</summary>
    public IReadOnlyList<string> Namespaces { get; set; } = ["default"];

    /// <summary><c>K8S_WATCH_TIMEOUT</c>, seconds, 10–3,600. A watch lasts a random time in [half of it, it). Default 600.</summary>
    public TimeSpan WatchTimeout { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary><c>DOTNET_RUNNING_IN_CONTAINER</c>: what is said of an address or a file that is not there fits a container. Default false.</summary>
    public bool InContainer { get; set; }

    /// <summary>What could not be understood, one sentence each; validation reports it at start.</summary>
    internal List<string> Errors { get; } = [];

    /// <summary>Fills the options from configuration; an empty value is an absent one.</summary>
    public void Read(IConfiguration configuration)
    {
        KubeconfigPath = Text(configuration, KubeconfigPathKey) ?? KubeconfigPath;
        Kubeconfig = Text(configuration, KubeconfigKey) ?? Kubeconfig;
        Context = Text(configuration, ContextKey) ?? Context;
        ReadInCluster(Text(configuration, InClusterKey));
        ReadWatchTimeout(Text(configuration, WatchTimeoutKey));
        InContainer = Text(configuration, InContainerKey)?.ToLowerInvariant() is "true" or "1";
        if (Text(configuration, NamespacesKey) is { } namespaces)
        {
            Namespaces = ParseNamespaces(namespaces);
        }
    }

    /// <summary><c>shop, web</c> → [shop, web]; a <c>*</c> anywhere is the whole cluster.</summary>
    public static IReadOnlyList<string> ParseNamespaces(string list)
    {
        var names = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToArray();
        return names.Contains(AllNamespaces) ? [AllNamespaces] : names;
    }

    private static string? Text(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key]!.Trim();

    private void ReadInCluster(string? text)
    {
        switch (text?.ToLowerInvariant())
        {
            case null:
                break;
            case "true" or "1" or "yes":
                InCluster = true;
                break;
            case "false" or "0" or "no":
                InCluster = false;
                break;
            default:
                Errors.Add($"{InClusterKey} is '{text}': it must be true or false.");
                break;
        }
    }

    private void ReadWatchTimeout(string? text)
    {
        if (text is null)
        {
            return;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            WatchTimeout = TimeSpan.FromSeconds(seconds);
        }
        else
        {
            Errors.Add($"{WatchTimeoutKey} is '{text}': it must be a number of seconds.");
        }
    }
}

/// <summary>Says everything that is wrong at once, by the names that the user wrote.</summary>
internal sealed class WatcherOptionsValidator : IValidateOptions<WatcherOptions>
{
    public ValidateOptionsResult Validate(string? name, WatcherOptions options)
    {
        var errors = new List<string>(options.Errors);
        if (options.WatchTimeout < TimeSpan.FromSeconds(10) || options.WatchTimeout > TimeSpan.FromHours(1))
        {
            errors.Add($"{WatcherOptions.WatchTimeoutKey} is {options.WatchTimeout.TotalSeconds:0}: it must lie between 10 and 3600 seconds.");
        }

        if (options.Namespaces.Count is 0 or > 200)
        {
            errors.Add($"{WatcherOptions.NamespacesKey} names {options.Namespaces.Count} namespaces: it must name 1 to 200, or be * for all.");
        }

        errors.AddRange(options.Namespaces
            .Where(n => n != WatcherOptions.AllNamespaces && !IsLabel(n))
            .Select(n => $"{WatcherOptions.NamespacesKey} holds '{n}', which is no namespace's name."));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // A DNS label, RFC 1123.
    private static bool IsLabel(string name) =>
        name.Length is > 0 and <= 63 && name[0] != '-' && name[^1] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
