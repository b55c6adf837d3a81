using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Access;

/// <summary>
/// What the simulated user may do: read everything that is served, less what is denied here. Can be changed at any time; an open watch is
/// not cut, as in a real API server. Thread-safe.
/// </summary>
public sealed class AccessRules
{
    private readonly Lock _gate = new();
    private readonly List<(string Verb, string Resource, string? Namespace)> _denied = [];
    private HashSet<string>? _namespaces;

    /// <summary>Denies a verb on a resource.</summary>
    /// <param name="verb">"get", "list", "watch" or "*".</param>
    /// <param name="resource">The plural, "pods/log" for a subresource, or "*".</param>
    /// <param name="ns">One namespace; null denies it everywhere.</param>
    public void Deny(string verb, string resource, string? ns = null)
    {
        lock (_gate)
        {
            _denied.Add((verb, resource, ns));
        }
    }

    /// <summary>Leaves namespaced resources readable in these namespaces only, as a Role does: no cluster-wide list.</summary>
    public void RestrictToNamespaces(params string[] namespaces)
    {
        lock (_gate)
        {
            _namespaces = [.. namespaces];
        }
    }

    /// <summary>Takes everything back: all may be read again.</summary>
    public void AllowAll()
    {
        lock (_gate)
        {
            _denied.Clear();
            _namespaces = null;
        }
    }

    /// <summary>Whether the verb is allowed.</summary>
    /// <param name="resource">The plural.</param>
    /// <param name="subresource">"log", or empty.</param>
    /// <param name="ns">The namespace; null or empty for the whole cluster.</param>
    public bool Allows(string verb, string group, string resource, string? subresource, string? ns)
    {
        if (verb is not ("get" or "list" or "watch") || KubernetesResource.Find(resource) is not { } known || known.Group != group)
        {
            return false;
        }

        var full = string.IsNullOrEmpty(subresource) ? resource : $"{resource}/{subresource}";
        var scope = string.IsNullOrEmpty(ns) ? null : ns;
        lock (_gate)
        {
            return !_denied.Exists(d => (d.Verb == "*" || d.Verb == verb) && (d.Resource == "*" || d.Resource == full) && (d.Namespace is null || d.Namespace == scope))
                && (_namespaces is null || !known.Namespaced || (scope is not null && _namespaces.Contains(scope)));
        }
    }
}
