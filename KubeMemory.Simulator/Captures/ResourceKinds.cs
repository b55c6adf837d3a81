namespace KubeMemory.Simulator.Captures;

/// <summary>The kinds that are read from a capture, with what the API server calls them today.</summary>
internal static class ResourceKinds
{
    private static readonly (string Kind, string Plural, string ApiVersion)[] Known =
    [
        ("Namespace", "namespaces", "v1"),
        ("Node", "nodes", "v1"),
        ("Deployment", "deployments", "apps/v1"),
        ("ReplicaSet", "replicasets", "apps/v1"),
        ("StatefulSet", "statefulsets", "apps/v1"),
        ("DaemonSet", "daemonsets", "apps/v1"),
        ("CronJob", "cronjobs", "batch/v1"),
        ("Job", "jobs", "batch/v1"),
        ("PersistentVolumeClaim", "persistentvolumeclaims", "v1"),
        ("Pod", "pods", "v1"),
        ("Event", "events", "v1"),
    ];

    /// <summary>Owners before what they own, so that a watcher that is connected during a replay finds them.</summary>
    public static IReadOnlyList<string> PluralsInReplayOrder { get; } = [.. Known.Select(k => k.Plural)];

    public static bool TryGet(string kind, out string plural, out string apiVersion)
    {
        foreach (var known in Known)
        {
            if (known.Kind == kind)
            {
                (plural, apiVersion) = (known.Plural, known.ApiVersion);
                return true;
            }
        }

        plural = apiVersion = "";
        return false;
    }

    /// <summary>The kind that a file name such as <c>pods.json</c> or <c>pvcs.yaml</c> speaks of, for lists that do not say it.</summary>
    public static string? FromFileName(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path).Replace("-", "", StringComparison.Ordinal);
        if (stem is "pvc" or "pvcs")
        {
            return "PersistentVolumeClaim";
        }

        foreach (var known in Known)
        {
            if (stem.Equals(known.Plural, StringComparison.OrdinalIgnoreCase) || stem.Equals(known.Kind, StringComparison.OrdinalIgnoreCase))
            {
                return known.Kind;
            }
        }

        return null;
    }

    public static bool IsClusterScoped(string plural) => plural is "namespaces" or "nodes";
}
