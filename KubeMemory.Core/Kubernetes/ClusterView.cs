using System.Collections.Concurrent;
using System.Text.Json;

namespace KubeMemory.Core.Kubernetes;

/// <summary>
/// Pods, workloads and nodes as last seen, indexed. Fed by the informers (live) or by a capture (import). Thread-safe: reads of one
/// object take no lock, writes and index reads share one that is held for dictionary work only.
/// </summary>
/// <remarks>
/// A pod's owner is resolved when the pod is set, and again when what its controller belongs to becomes known, because the owner is
/// asked for with every Event.
/// </remarks>
public sealed class ClusterView
{
    private const int CachedNames = 4096;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<(string Namespace, string Name), PodEntry> _pods = new();
    private readonly ConcurrentDictionary<WorkloadRef, KubeWorkload> _workloads = new();
    private readonly ConcurrentDictionary<string, KubeNode> _nodes = new(StringComparer.Ordinal);

    // Pods by what their ownerReferences name, by the top of that, and by the claims that they mount; guarded by the gate.
    private readonly Dictionary<WorkloadRef, HashSet<(string Namespace, string Name)>> _byController = [];
    private readonly Dictionary<WorkloadRef, HashSet<(string Namespace, string Name)>> _byOwner = [];
    private readonly Dictionary<WorkloadRef, HashSet<(string Namespace, string Name)>> _byClaim = [];

    // ReplicaSets and Jobs by what owns them, so that a Deployment's or CronJob's are found without a scan; guarded by the gate.
    private readonly Dictionary<WorkloadRef, HashSet<WorkloadRef>> _children = [];

    // Namespaces whose pods were listed, "" for all of them; guarded by the gate.
    private readonly HashSet<string> _podsListed = new(StringComparer.Ordinal);

    // What a pod belonged to outlives it: its last Events arrive after it is gone.
    private readonly BoundedCache<(string Namespace, string Name), WorkloadRef> _gone = new(CachedNames);
    private readonly BoundedCache<WorkloadRef, WorkloadRef> _guesses = new(CachedNames);

    public void Set(KubePod pod)
    {
        lock (_gate)
        {
            SetLocked(pod);
        }
    }

    public void Remove(KubePod pod)
    {
        lock (_gate)
        {
            RemoveLocked(KeyOf(pod));
        }
    }

    public void Set(KubeWorkload workload)
    {
        lock (_gate)
        {
            SetLocked(workload);
        }
    }

    public void Remove(KubeWorkload workload)
    {
        lock (_gate)
        {
            RemoveLocked(RefOf(workload));
        }
    }

    public void Set(KubeNode node) => _nodes[node.Metadata.Name] = node;

    public void Remove(KubeNode node) => _nodes.TryRemove(node.Metadata.Name, out _);

    /// <summary>After a list: what is not in it is gone.</summary>
    /// <param name="ns">The namespace listed; null is all.</param>
    public void ReplacePods(string? ns, IReadOnlyList<KubePod> all)
    {
        lock (_gate)
        {
            _podsListed.Add(ns ?? "");
            var kept = all.Select(KeyOf).ToHashSet();
            foreach (var key in _pods.Keys.Where(k => (ns is null || k.Namespace == ns) && !kept.Contains(k)).ToList())
            {
                RemoveLocked(key);
            }

            foreach (var pod in all)
            {
                SetLocked(pod);
            }
        }
    }

    /// <inheritdoc cref="ReplacePods"/>
    public void ReplaceWorkloads(string kind, string? ns, IReadOnlyList<KubeWorkload> all)
    {
        lock (_gate)
        {
            foreach (var workload in all.Where(w => w.Kind.Length == 0))
            {
                workload.Kind = kind;
            }

            var kept = all.Select(RefOf).ToHashSet();
            foreach (var key in _workloads.Keys.Where(k => k.Kind == kind && (ns is null || k.Namespace == ns) && !kept.Contains(k)).ToList())
            {
                RemoveLocked(key);
            }

            foreach (var workload in all)
            {
                SetLocked(workload);
            }
        }
    }

    /// <inheritdoc cref="ReplacePods"/>
    public void ReplaceNodes(IReadOnlyList<KubeNode> all)
    {
        var kept = all.Select(n => n.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _nodes.Keys.Where(n => !kept.Contains(n)))
        {
            _nodes.TryRemove(name, out _);
        }

        foreach (var node in all)
        {
            Set(node);
        }
    }

    public KubePod? Pod(string ns, string name) => _pods.TryGetValue((ns, name), out var entry) ? entry.Pod : null;

    public KubeNode? Node(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>All that are known, in no order.</summary>
    public IReadOnlyList<KubeNode> Nodes() => [.. _nodes.Values];

    /// <summary>All that are known, finished and leaving ones included, in no order.</summary>
    public IReadOnlyList<KubePod> Pods() => [.. _pods.Values.Select(static entry => entry.Pod)];

    /// <summary>The namespaces whose pods were listed, in order; null where all were listed at once.</summary>
    public IReadOnlyList<string>? PodNamespaces()
    {
        lock (_gate)
        {
            return _podsListed.Contains("") ? null : [.. _podsListed.Order(StringComparer.Ordinal)];
        }
    }

    public KubeWorkload? Workload(WorkloadRef workload) => _workloads.GetValueOrDefault(workload);

    /// <summary>Everything that has a state to tell: the top workloads known as such or as the owner of a pod seen.</summary>
    public IReadOnlyList<WorkloadRef> Owners()
    {
        lock (_gate)
        {
            var owners = new HashSet<WorkloadRef>(_byOwner.Keys);
            owners.UnionWith(_workloads.Keys.Select(TopOf));
            return [.. owners];
        }
    }

    /// <summary>The ReplicaSets of a Deployment or the Jobs of a CronJob, as far as they have been seen.</summary>
    public IReadOnlyList<KubeWorkload> ChildrenOf(WorkloadRef workload)
    {
        lock (_gate)
        {
            return _children.TryGetValue(workload, out var children)
                ? [.. children.Select(c => _workloads.GetValueOrDefault(c)).OfType<KubeWorkload>()]
                : [];
        }
    }

    /// <summary>
    /// The top controller: ReplicaSet → Deployment, Job → CronJob, by ownerReferences as the informers know them, by the
    /// pod-template-hash label, and by name where the objects are not to be seen. A bare pod is its own.
    /// </summary>
    public WorkloadRef OwnerOf(KubePod pod)
    {
        if (_pods.TryGetValue(KeyOf(pod), out var entry) && (ReferenceEquals(entry.Pod, pod) || entry.Pod.Metadata.Uid == pod.Metadata.Uid))
        {
            return entry.Owner;
        }

        return ControllerOf(pod) is { } controller
            ? TopOf(controller, pod)
            : new WorkloadRef(pod.Metadata.Namespace, "Pod", pod.Metadata.Name);
    }

    /// <summary>
    /// The top controller of an Event's subject, which may be gone. A claim belongs to the workload whose pod mounts it, if one does.
    /// </summary>
    public WorkloadRef OwnerOf(string kind, string ns, string name)
    {
        if (kind == "Pod")
        {
            if (_pods.TryGetValue((ns, name), out var entry))
            {
                return entry.Owner;
            }

            if (_gone.TryGet((ns, name), out var owner))
            {
                return owner;
            }
        }

        var subject = new WorkloadRef(ns, kind, name);
        if (_guesses.TryGet(subject, out var guess))
        {
            return guess;
        }

        lock (_gate)
        {
            guess = kind switch
            {
                "Pod" => GuessOwnerOfPod(ns, name),
                "PersistentVolumeClaim" => OwnerOfClaim(subject),
                _ => TopOf(subject),
            };
            _guesses.Set(subject, guess);
        }

        return guess;
    }

    /// <summary>Its pods as last seen, finished and leaving ones included.</summary>
    public IReadOnlyList<KubePod> PodsOf(WorkloadRef workload)
    {
        lock (_gate)
        {
            return _byOwner.TryGetValue(workload, out var keys)
                ? [.. keys.Select(k => _pods.TryGetValue(k, out var entry) ? entry.Pod : null).OfType<KubePod>()]
                : [];
        }
    }

    /// <summary>
    /// How many replicas are wanted and how many are ready. All are ready only when, besides, no living pod of it is unready: while a
    /// bad rollout leaves the old pods standing, the count alone looks well.
    /// </summary>
    /// <returns>
    /// Desired 0 where the workload is gone or scaled to nothing. AllReadySince: the newest moment at which one of its pods became
    /// ready or its Job completed; null while something is not ready.
    /// </returns>
    public (int Desired, int Ready, DateTimeOffset? AllReadySince) Readiness(WorkloadRef workload) =>
        WorkloadReadiness.Of(this, workload);

    /// <summary>The numbers alone, without a walk over the pods where the workload's own object tells them: asked for with every Event.</summary>
    internal (int Desired, int Ready) Replicas(WorkloadRef workload) => WorkloadReadiness.Replicas(this, workload);

    private static (string Namespace, string Name) KeyOf(KubePod pod) => (pod.Metadata.Namespace, pod.Metadata.Name);

    private static WorkloadRef RefOf(KubeWorkload workload) => new(workload.Metadata.Namespace, workload.Kind, workload.Metadata.Name);

    private static WorkloadRef? ControllerOf(ObjectMeta metadata)
    {
        var reference = Array.Find(metadata.OwnerReferences ?? [], o => o.Controller == true);
        return reference is null ? null : new WorkloadRef(metadata.Namespace, reference.Kind, reference.Name);
    }

    // A static pod's mirror is owned by its Node, which is no workload: it stands for itself.
    private static WorkloadRef? ControllerOf(KubePod pod) => ControllerOf(pod.Metadata) is { Kind: not "Node" } controller ? controller : null;

    private static void Index<TKey, TItem>(Dictionary<TKey, HashSet<TItem>> index, TKey key, TItem item)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var items))
        {
            index[key] = items = [];
        }

        items.Add(item);
    }

    private static void Unindex<TKey, TItem>(Dictionary<TKey, HashSet<TItem>> index, TKey key, TItem item)
        where TKey : notnull
    {
        if (index.TryGetValue(key, out var items) && items.Remove(item) && items.Count == 0)
        {
            index.Remove(key);
        }
    }

    private void SetLocked(KubePod pod)
    {
        var key = KeyOf(pod);
        if (_pods.TryGetValue(key, out var before) && before.Pod.Metadata.Uid == pod.Metadata.Uid)
        {
            // The owner and the volumes of a living pod do not change; only its object is exchanged.
            _pods[key] = before with { Pod = pod };
            return;
        }

        RemoveLocked(key);
        var controller = ControllerOf(pod);
        var owner = controller is { } c ? TopOf(c, pod) : new WorkloadRef(key.Namespace, "Pod", key.Name);
        var entry = new PodEntry(pod, controller, owner, ClaimsOf(pod));
        _pods[key] = entry;
        Index(_byOwner, owner, key);
        if (controller is { } direct)
        {
            if (!_byController.ContainsKey(direct))
            {
                _guesses.Clear();
            }

            Index(_byController, direct, key);
        }

        foreach (var claim in entry.Claims)
        {
            Index(_byClaim, claim, key);
            _guesses.Clear();
        }
    }

    private void RemoveLocked((string Namespace, string Name) key)
    {
        if (!_pods.TryRemove(key, out var entry))
        {
            return;
        }

        _gone.Set(key, entry.Owner);
        Unindex(_byOwner, entry.Owner, key);
        if (entry.Controller is { } controller)
        {
            Unindex(_byController, controller, key);
        }

        foreach (var claim in entry.Claims)
        {
            Unindex(_byClaim, claim, key);
        }
    }

    private void SetLocked(KubeWorkload workload)
    {
        var key = RefOf(workload);
        var before = _workloads.GetValueOrDefault(key);
        _workloads[key] = workload;
        var parent = ControllerOf(workload.Metadata);
        if (before is not null && ControllerOf(before.Metadata) == parent)
        {
            return;
        }

        if (before is not null && ControllerOf(before.Metadata) is { } old)
        {
            Unindex(_children, old, key);
        }

        if (parent is { } top)
        {
            Index(_children, top, key);
        }

        _guesses.Clear();
        MovePodsOf(key);
    }

    private void RemoveLocked(WorkloadRef key)
    {
        if (_workloads.TryRemove(key, out var workload) && ControllerOf(workload.Metadata) is { } parent)
        {
            Unindex(_children, parent, key);
        }

        // Pods keep the owner that they were given: a guess by name is not better than what was known.
        _guesses.Clear();
    }

    private void MovePodsOf(WorkloadRef controller)
    {
        if (!_byController.TryGetValue(controller, out var keys))
        {
            return;
        }

        foreach (var key in keys)
        {
            var entry = _pods[key];
            var owner = TopOf(controller, entry.Pod);
            if (owner != entry.Owner)
            {
                Unindex(_byOwner, entry.Owner, key);
                Index(_byOwner, owner, key);
                _pods[key] = entry with { Owner = owner };
            }
        }
    }

    private WorkloadRef TopOf(WorkloadRef controller) => TopOf(controller, pod: null);

    private WorkloadRef TopOf(WorkloadRef controller, KubePod? pod)
    {
        if (_workloads.TryGetValue(controller, out var known))
        {
            return ControllerOf(known.Metadata) ?? controller;
        }

        if (controller.Kind == "ReplicaSet")
        {
            if (pod?.Metadata.Labels?.GetValueOrDefault("pod-template-hash") is { Length: > 0 } hash
                && controller.Name.Length > hash.Length + 1
                && controller.Name.EndsWith(hash, StringComparison.Ordinal)
                && controller.Name[^(hash.Length + 1)] == '-')
            {
                return controller with { Kind = "Deployment", Name = controller.Name[..^(hash.Length + 1)] };
            }

            return WorkloadNames.DeploymentOf(controller.Name) is { } deployment ? controller with { Kind = "Deployment", Name = deployment } : controller;
        }

        return controller.Kind == "Job" && WorkloadNames.CronJobOf(controller.Name) is { } cronJob
            ? controller with { Kind = "CronJob", Name = cronJob }
            : controller;
    }

    private WorkloadRef GuessOwnerOfPod(string ns, string name)
    {
        var cut = name.LastIndexOf('-');
        if (cut <= 0)
        {
            return new WorkloadRef(ns, "Pod", name);
        }

        var prefix = name[..cut];
        var suffix = name.AsSpan(cut + 1);
        if (WorkloadNames.IsOrdinal(suffix) && Knows(new(ns, "StatefulSet", prefix)))
        {
            return new WorkloadRef(ns, "StatefulSet", prefix);
        }

        if (WorkloadNames.IsPodSuffix(suffix))
        {
            foreach (var kind in (ReadOnlySpan<string>)["DaemonSet", "ReplicaSet", "Job", "ReplicationController"])
            {
                var controller = new WorkloadRef(ns, kind, prefix);
                if (Knows(controller))
                {
                    return TopOfKnown(controller);
                }
            }

            if (WorkloadNames.CronJobOf(prefix) is { } cronJob)
            {
                return new WorkloadRef(ns, "CronJob", cronJob);
            }

            if (WorkloadNames.DeploymentOf(prefix) is { } deployment)
            {
                return new WorkloadRef(ns, "Deployment", deployment);
            }
        }

        return new WorkloadRef(ns, "Pod", name);
    }

    // A controller that only its pods name has the owner that they were given.
    private WorkloadRef TopOfKnown(WorkloadRef controller) =>
        !_workloads.ContainsKey(controller) && _byController.TryGetValue(controller, out var keys)
            ? _pods[keys.First()].Owner
            : TopOf(controller);

    private bool Knows(WorkloadRef workload) => _workloads.ContainsKey(workload) || _byController.ContainsKey(workload);

    private WorkloadRef OwnerOfClaim(WorkloadRef claim) =>
        _byClaim.TryGetValue(claim, out var keys) ? _pods[keys.Min()].Owner : claim;

    // "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}}, {"name": "scratch", "ephemeral": {…}}]
    private static WorkloadRef[] ClaimsOf(KubePod pod)
    {
        if (pod.Spec?.Volumes is not { ValueKind: JsonValueKind.Array } volumes)
        {
            return [];
        }

        List<WorkloadRef>? claims = null;
        foreach (var volume in volumes.EnumerateArray())
        {
            if (WorkloadNames.ClaimOf(volume, pod.Metadata.Name) is { } claim)
            {
                (claims ??= []).Add(new WorkloadRef(pod.Metadata.Namespace, "PersistentVolumeClaim", claim));
            }
        }

        return claims?.ToArray() ?? [];
    }

    /// <param name="Controller">What its ownerReferences name; null for a bare pod.</param>
    /// <param name="Owner">The top of that.</param>
    private sealed record PodEntry(KubePod Pod, WorkloadRef? Controller, WorkloadRef Owner, WorkloadRef[] Claims);
}
