namespace KubeMemory.Watcher.Permissions;

/// <summary>Asks the API server which of the rights that KubeMemory uses are missing. What is missing is named, and the watcher goes on with what it has.</summary>
internal static class PermissionCheck
{
    /// <summary>Reviews asked for at the same time.</summary>
    public const int Concurrency = 8;

    private static readonly string[] Watched = ["list", "watch"];

    /// <summary>Every right that is used, and no other, in the order of importance. The roles below <c>deploy/kubernetes</c> hold the same.</summary>
    /// <param name="namespaces">A single <c>*</c>: the whole cluster.</param>
    public static IReadOnlyList<AccessRight> RightsFor(IReadOnlyList<string> namespaces)
    {
        var rights = new List<AccessRight>();
        foreach (var ns in namespaces.Select(static n => n == WatcherOptions.AllNamespaces ? null : n))
        {
            rights.AddRange(Watched.Select(v => new AccessRight(v, "", "events", ns)));
            // A pod that is gone from the list is asked for once more, for its last state.
            rights.Add(new AccessRight("get", "", "pods", ns));
            rights.AddRange(Watched.Select(v => new AccessRight(v, "", "pods", ns)));
            rights.Add(new AccessRight("get", "", "pods/log", ns));
            rights.AddRange(KubeResources.Workloads.SelectMany(r => Watched.Select(v => new AccessRight(v, r.Group, r.Plural, ns))));
        }

        rights.Add(new AccessRight("list", "", "nodes", null));
        // kube-system, whose UID is the cluster's id.
        rights.Add(new AccessRight("get", "", "namespaces", null));
        return rights;
    }

    /// <summary>Like <c>get, list, watch pods in shop</c>: one entry for each resource and place, in the order of <see cref="RightsFor"/>.</summary>
    /// <exception cref="KubernetesException">The server does not answer such questions.</exception>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(IKubernetesReader reader, IReadOnlyList<string> namespaces, CancellationToken cancellationToken)
    {
        var rights = RightsFor(namespaces);
        var allowed = new bool[rights.Count];
        await Parallel.ForAsync(0, rights.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (i, token) => allowed[i] = await reader.CheckAccessAsync(rights[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. rights.Where((_, i) => !allowed[i])
            .GroupBy(static r => r with { Verb = "" })
            .Select(static g => (g.Key with { Verb = string.Join(", ", g.Select(static r => r.Verb)) }).ToString())];
    }
}
