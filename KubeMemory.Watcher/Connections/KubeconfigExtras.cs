using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KubeMemory.Watcher.Connections;

/// <summary>What a kubeconfig says and the KubernetesClient package passes over: a proxy before the server, a token in a file.</summary>
/// <example>
/// <code>
/// clusters: [{name: prod, cluster: {server: "https://10.0.0.1:6443", proxy-url: "http://proxy.corp:3128"}}]
/// users: [{name: me, user: {tokenFile: token}}]
/// </code>
/// </example>
internal sealed class KubeconfigExtras
{
    private readonly Dictionary<string, string> _proxies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tokenFiles = new(StringComparer.Ordinal);

    public string? ProxyOf(string? cluster) => cluster is null ? null : _proxies.GetValueOrDefault(cluster);

    public string? TokenFileOf(string? user) => user is null ? null : _tokenFiles.GetValueOrDefault(user);

    /// <param name="folder">Relative paths are relative to the file.</param>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static KubeconfigExtras Read(TextReader text, string folder)
    {
        var extras = new KubeconfigExtras();
        var yaml = new YamlStream();
        yaml.Load(text);
        if (yaml.Documents is [{ RootNode: YamlMappingNode root }, ..])
        {
            Take(root, "clusters", "cluster", "proxy-url", extras._proxies, static url => url);
            Take(root, "users", "user", "tokenFile", extras._tokenFiles, file => Path.GetFullPath(file, folder));
        }

        return extras;
    }

    /// <summary>As kubectl merges: the first value of each name stays.</summary>
    public KubeconfigExtras Merge(KubeconfigExtras next)
    {
        foreach (var (mine, theirs) in new[] { (_proxies, next._proxies), (_tokenFiles, next._tokenFiles) })
        {
            foreach (var (name, value) in theirs)
            {
                mine.TryAdd(name, value);
            }
        }

        return this;
    }

    private static void Take(YamlMappingNode root, string list, string item, string key, Dictionary<string, string> into, Func<string, string> read)
    {
        foreach (var entry in (Child(root, list) as YamlSequenceNode)?.OfType<YamlMappingNode>() ?? [])
        {
            if (Child(entry, "name") is YamlScalarNode { Value: { } name } && Child(entry, item) is YamlMappingNode inner
                && Child(inner, key) is YamlScalarNode { Value: { Length: > 0 } value })
            {
                into.TryAdd(name, read(value));
            }
        }
    }

    private static YamlNode? Child(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
