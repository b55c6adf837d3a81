using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace KubeMemory.AppHost;

/// <summary>What the AppHost is asked to bring up, from command line, environment and user secrets alike.</summary>
internal sealed record AppHostOptions
{
    public const string DemoKey = "KubeMemory:Demo";
    public const string OllamaKey = "KubeMemory:Ollama";
    public const string ChatModelKey = "KubeMemory:ChatModel";
    public const string EmbeddingModelKey = "KubeMemory:EmbeddingModel";
    public const string ApiReplicasKey = "KubeMemory:Replicas:Api";
    public const string WatcherReplicasKey = "KubeMemory:Replicas:Watcher";
    public const string ContainersKey = "KubeMemory:Containers";
    public const string InClusterKey = "K8S_IN_CLUSTER";
    public const string KubeconfigPathKey = "K8S_KUBECONFIG_PATH";
    public const string ContextKey = "K8S_CONTEXT";
    public const string NamespacesKey = "K8S_NAMESPACES";

    private const int MostReplicas = 16;

    /// <summary>What the Watcher understands, under the names that it reads itself.</summary>
    private static readonly string[] ClusterKeys = [InClusterKey, KubeconfigPathKey, "KUBECONFIG", ContextKey, NamespacesKey, "K8S_WATCH_TIMEOUT"];

    /// <summary><c>--demo</c>: a simulated cluster is watched, and remembered on its own. Default false.</summary>
    public bool Demo { get; private init; }

    /// <summary><c>--no-ollama</c> leaves the models out: rules and hashed words serve. Default true.</summary>
    public bool Ollama { get; private init; }

    /// <summary><c>--chat-model</c>. Default qwen2.5:0.5b, which runs on any machine.</summary>
    public string ChatModel { get; private init; } = "";

    /// <summary><c>--embedding-model</c>. Default nomic-embed-text.</summary>
    public string EmbeddingModel { get; private init; } = "";

    /// <summary><c>--replicas</c>, or <c>KubeMemory:Replicas:Api</c> alone. Default 1, 1 to 16.</summary>
    public int ApiReplicas { get; private init; }

    /// <summary><c>--replicas</c>, or <c>KubeMemory:Replicas:Watcher</c> alone. Default 1, 1 to 16; all but one stand by for a cluster.</summary>
    public int WatcherReplicas { get; private init; }

    /// <summary><c>KubeMemory:Containers</c>: whether containers can be had. Default null: a container runtime is asked.</summary>
    public bool? Containers { get; private init; }

    /// <summary>The runtime that the user has told Aspire to take; null: whichever answers.</summary>
    public string? ContainerRuntime { get; private init; }

    /// <summary>Which cluster is watched, as environment of the Watcher; what is not set is not in it. Empty in a demo.</summary>
    public IReadOnlyDictionary<string, string> Cluster { get; private init; } = new Dictionary<string, string>();

    /// <exception cref="AppHostException">A setting makes no sense.</exception>
    public static AppHostOptions Read(IConfiguration configuration)
    {
        var demo = Bool(configuration, DemoKey) ?? false;
        return new()
        {
            Demo = demo,
            Ollama = Bool(configuration, OllamaKey) ?? true,
            ChatModel = Text(configuration, ChatModelKey) ?? "qwen2.5:0.5b",
            EmbeddingModel = Text(configuration, EmbeddingModelKey) ?? "nomic-embed-text",
            ApiReplicas = Replicas(configuration, ApiReplicasKey),
            WatcherReplicas = Replicas(configuration, WatcherReplicasKey),
            Containers = Bool(configuration, ContainersKey),
            // The names and the order of Aspire itself.
            ContainerRuntime = Text(configuration, "ASPIRE_CONTAINER_RUNTIME") ?? Text(configuration, "DOTNET_ASPIRE_CONTAINER_RUNTIME"),
            Cluster = demo ? new Dictionary<string, string>() : ClusterOf(configuration),
        };
    }

    private static Dictionary<string, string> ClusterOf(IConfiguration configuration)
    {
        var cluster = new Dictionary<string, string>();
        foreach (var key in ClusterKeys)
        {
            if (Text(configuration, key) is { } value)
            {
                cluster[key] = value;
            }
        }

        // `dotnet run` starts this program, and Aspire the Watcher, each in its project's folder: a relative path would mean another file.
        if (cluster.TryGetValue(KubeconfigPathKey, out var path) && path[0] is not ('~' or '%') && !Path.IsPathFullyQualified(path))
        {
            throw new AppHostException($"The kubeconfig '{path}' (--kubeconfig or {KubeconfigPathKey}) is a relative path: write it in full, or from ~.");
        }

        return cluster;
    }

    private static string? Text(IConfiguration configuration, string key) => configuration[key]?.Trim() is { Length: > 0 } text ? text : null;

    private static bool? Bool(IConfiguration configuration, string key) =>
        Text(configuration, key) is not { } text ? null
        : bool.TryParse(text, out var value) ? value
        : throw new AppHostException($"{key} holds '{text}': write true or false.");

    private static int Replicas(IConfiguration configuration, string key) =>
        Text(configuration, key) is not { } text ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostReplicas ? number
        : throw new AppHostException($"{key} (or --replicas) holds '{text}': write a number from 1 to {MostReplicas}.");
}
