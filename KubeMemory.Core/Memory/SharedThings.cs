using KubeMemory.Core.Classification;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Memory;

/// <param name="IsCause">To share it explains a failure; to be on one node or to run one image alone does not.</param>
internal sealed record Share(string Kind, string Name, IReadOnlyList<long> Incidents, bool IsCause)
{
    private const int Most = 20;

    public SharedThing ToThing(Correlated asked, IReadOnlyList<Correlated> others)
    {
        var workloads = others.Where(other => Incidents.Contains(other.Facts.Id)).Select(other => other.Workload).Append(asked.Workload).Distinct().Count();
        return new SharedThing(Kind, Name, [.. Incidents.Take(Most)], workloads);
    }
}

/// <summary>What an incident shares with others.</summary>
internal static class SharedThings
{
    public const string Node = "node";
    public const string Image = "image";
    public const string Registry = "registry";
    public const string Volume = "volume";
    public const string Dependency = "dependency";
    public const string Storm = "storm";

    /// <summary>Those that most others share first, of as many those that explain a failure first, then by kind and name.</summary>
    public static IReadOnlyList<Share> Of(Correlated asked, IReadOnlyList<Correlated> others, IReadOnlyList<CauseShare> causes)
    {
        var shares = new Dictionary<(string Kind, string Name), (SortedSet<long> Incidents, bool IsCause)>();
        void Add(string kind, string name, long incident, bool isCause)
        {
            var share = shares.GetValueOrDefault((kind, name), ([], false));
            share.Incidents.Add(incident);
            shares[(kind, name)] = (share.Incidents, share.IsCause || isCause);
        }

        var known = others.Select(other => other.Facts.Id).ToHashSet();
        foreach (var (key, incident) in causes.Where(cause => known.Contains(cause.IncidentId)))
        {
            var (kind, name, isCause) = KindOf(key);
            Add(kind, name, incident, isCause);
        }

        foreach (var other in others)
        {
            foreach (var (kind, name, isCause) in ThingsOf(asked, other))
            {
                Add(kind, name, other.Facts.Id, isCause);
            }
        }

        return
        [
            .. shares.Select(share => new Share(share.Key.Kind, share.Key.Name, [.. share.Value.Incidents], share.Value.IsCause))
                .OrderByDescending(share => share.Incidents.Count).ThenByDescending(share => share.IsCause)
                .ThenBy(share => share.Kind, StringComparer.Ordinal).ThenBy(share => share.Name, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<(string Kind, string Name, bool IsCause)> ThingsOf(Correlated asked, Correlated other)
    {
        foreach (var node in asked.Nodes.Intersect(other.Nodes))
        {
            yield return (Node, node, false);
        }

        var bothImages = asked.Facts.Family == FailureFamily.Image && other.Facts.Family == FailureFamily.Image;
        if (asked.Facts.Image is { Length: > 0 } image && image == other.Facts.Image)
        {
            yield return (Image, image, bothImages);
        }

        // Everything comes from some registry: it is shared where the image is what fails.
        if (bothImages && asked.Facts.Image is { } mine && other.Facts.Image is { } theirs && ImageReference.RegistryOf(mine) is var registry && registry == ImageReference.RegistryOf(theirs))
        {
            yield return (Registry, registry, false);
        }

        if (asked.Dependency is { } dependency && dependency == other.Dependency)
        {
            yield return (Dependency, dependency, true);
        }

        if (asked.Volume is { } volume && volume == other.Volume && asked.Facts.Namespace == other.Facts.Namespace)
        {
            yield return (Volume, volume, true);
        }
    }

    /// <summary><c>registry:host</c>, <c>dns:name</c>, <c>node-condition:node/condition</c>, <c>storm:registry:host</c></summary>
    private static (string Kind, string Name, bool IsCause) KindOf(string cause)
    {
        var colon = cause.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = colon < 0 ? ("", cause) : (cause[..colon], cause[(colon + 1)..]);
        return kind switch
        {
            "dns" => (Dependency, name, true),
            "node-condition" => (Node, name.LastIndexOf('/') is > 0 and var slash ? name[..slash] : name, true),
            _ => (kind, name, true),
        };
    }
}
