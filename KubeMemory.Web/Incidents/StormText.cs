using KubeMemory.Core.Contracts;
using KubeMemory.Web.Layout;

namespace KubeMemory.Web.Incidents;

/// <summary>A storm's cause in plain words.</summary>
internal static class StormText
{
    /// <summary>As a sentence's subject and verb: "Registry registry.example.com does not serve images".</summary>
    /// <param name="causeKey">Like <c>registry:registry.example.com</c>; the part after the colon comes from a cluster.</param>
    public static string Cause(string causeKey)
    {
        var (kind, name) = Split(causeKey);
        return kind switch
        {
            "registry" => $"Registry {name} does not serve images",
            "image" => $"Image {name} cannot be pulled",
            "dns" => $"Host {name} does not resolve",
            "node-condition" => name.Split('/', 2) is [var node, var condition] ? $"Node {node} reports {condition}" : $"Node {name} is in trouble",
            "quota" => $"Quota {name} is used up",
            "volume" => $"Volume {name} cannot be used",
            _ => PlainText.Clean(causeKey),
        };
    }

    /// <summary>Short, for a filter's chip; the number where the storm is over and its cause no longer at hand.</summary>
    public static string Name(StormSummary? storm, long id) => storm is null ? $"#{id}" : Split(storm.CauseKey).Name;

    private static (string Kind, string Name) Split(string causeKey)
    {
        var clean = PlainText.Clean(causeKey);
        var colon = clean.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ("", clean) : (clean[..colon], clean[(colon + 1)..]);
    }
}
