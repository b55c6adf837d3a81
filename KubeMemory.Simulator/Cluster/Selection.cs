namespace KubeMemory.Simulator.Cluster;

/// <summary>Which objects of a resource a list or watch is about.</summary>
/// <param name="Namespace">One namespace, or null for all.</param>
/// <param name="Predicate">The selectors; null lets everything pass. Called under the cluster's lock: it must be quick and must not call back.</param>
internal sealed record Selection(string? Namespace, Func<StoredObject, bool>? Predicate = null)
{
    public bool Matches(StoredObject obj) =>
        (Namespace is null || obj.Namespace == Namespace) && (Predicate is null || Predicate(obj));
}
