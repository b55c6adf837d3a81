namespace KubeMemory.Simulator.Server;

/// <summary>One request that reached the server.</summary>
/// <param name="Method">"GET", "POST".</param>
/// <param name="Path">"/api/v1/events".</param>
/// <param name="Query">"?watch=1&amp;resourceVersion=17", or empty.</param>
/// <param name="When">When its headers had arrived, by the server's clock.</param>
/// <param name="Verb">"list", "watch", "get", "log", "create"; the method in lower case outside the resources.</param>
/// <param name="Resource">The plural; null outside the resources.</param>
/// <param name="Namespace">The namespace; null for the whole cluster.</param>
/// <param name="Authorization">The Authorization header, or null.</param>
public sealed record RequestRecord(
    string Method, string Path, string Query, DateTimeOffset When, string Verb, string? Resource, string? Namespace, string? Authorization)
{
    /// <summary>The value of one query parameter, decoded; null where it is absent.</summary>
    public string? Parameter(string name) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Query).TryGetValue(name, out var value) ? (string?)value : null;
}
