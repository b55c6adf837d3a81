using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Signals;

namespace KubeMemory.Watcher.State;

/// <summary>
/// What changes of pods, workloads and nodes mean: keeps the view, and tells state failures and health, each once until it changes.
/// Tells nothing before it is armed, so that Events come first. Not thread-safe: <see cref="StateIntake"/> serialises the live use.
/// </summary>
internal sealed class StateTracker(ClusterView view, SignalBuilder builder, TimeProvider time)
{
    private const string NodeKind = "Node";

    private readonly Dictionary<(string Namespace, string Name), PodFacts> _pods = [];
    private readonly Dictionary<string, KubeNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Fact>> _nodeFacts = new(StringComparer.Ordinal);
    private readonly Dictionary<WorkloadRef, Told> _health = [];

    /// <summary>How often it is said again that a workload is not ready, so that silence means that nobody looks.</summary>
    public static readonly TimeSpan RemindEvery = TimeSpan.FromMinutes(30);

    public bool Armed { get; private set; }

    /// <summary>From here on changes are told. First: all that is, then how every workload stands.</summary>
    /// <param name="liveSince">What was so before is history; null: all of it.</param>
    public IReadOnlyList<Signal> Arm(DateTimeOffset? liveSince)
    {
        Armed = true;
        var signals = new List<Signal>();
        foreach (var facts in _pods.Values)
        {
            Tell(signals, facts, liveSince, history: true);
        }

        foreach (var node in _nodes.Values)
        {
            Tell(signals, node, liveSince, history: true);
        }

        TellHealth(signals, ns: null);
        return signals;
    }

    /// <param name="ns">Null: of all namespaces.</param>
    public IReadOnlyList<Signal> PodsListed(string? ns, IReadOnlyList<KubePod> pods)
    {
        view.ReplacePods(ns, pods);
        var kept = pods.Select(KeyOf).ToHashSet();
        foreach (var gone in _pods.Keys.Where(k => (ns is null || k.Namespace == ns) && !kept.Contains(k)).ToList())
        {
            _pods.Remove(gone);
        }

        var signals = new List<Signal>();
        foreach (var pod in pods)
        {
            Keep(signals, pod);
        }

        if (Armed)
        {
            TellHealth(signals, ns);
        }

        return signals;
    }

    public IReadOnlyList<Signal> PodChanged(KubePod pod)
    {
        var signals = new List<Signal>();
        view.Set(pod);
        Keep(signals, pod);
        TellHealthIfChanged(signals, view.OwnerOf(pod));
        return signals;
    }

    public IReadOnlyList<Signal> PodRemoved(KubePod pod)
    {
        var owner = view.OwnerOf(pod);
        view.Remove(pod);
        _pods.Remove(KeyOf(pod));
        var signals = new List<Signal>();
        TellHealthIfChanged(signals, owner);
        return signals;
    }

    public IReadOnlyList<Signal> WorkloadsListed(string kind, string? ns, IReadOnlyList<KubeWorkload> workloads)
    {
        view.ReplaceWorkloads(kind, ns, workloads);
        var signals = new List<Signal>();
        if (Armed)
        {
            TellHealth(signals, ns);
        }

        return signals;
    }

    public IReadOnlyList<Signal> WorkloadChanged(KubeWorkload workload, bool removed)
    {
        var before = OwnerOf(workload);
        if (removed)
        {
            view.Remove(workload);
        }
        else
        {
            view.Set(workload);
        }

        var signals = new List<Signal>();
        TellHealthIfChanged(signals, before);
        if (OwnerOf(workload) is var after && after != before)
        {
            TellHealthIfChanged(signals, after);
        }

        return signals;
    }

    public IReadOnlyList<Signal> NodesListed(IReadOnlyList<KubeNode> nodes)
    {
        view.ReplaceNodes(nodes);
        _nodes.Clear();
        var signals = new List<Signal>();
        foreach (var node in nodes)
        {
            _nodes[node.Metadata.Name] = node;
            if (Armed)
            {
                Tell(signals, node, null, history: false);
                TellHealthIfChanged(signals, RefOf(node));
            }
        }

        foreach (var gone in _nodeFacts.Keys.Where(n => !_nodes.ContainsKey(n)).ToList())
        {
            _nodeFacts.Remove(gone);
            TellHealthIfChanged(signals, new WorkloadRef("", NodeKind, gone));
        }

        return signals;
    }

    /// <summary>Time alone makes some states a failure: a probe that fails for minutes is told without any change of the pod.</summary>
    public IReadOnlyList<Signal> Tick()
    {
        var signals = new List<Signal>();
        foreach (var facts in _pods.Values.Where(static f => Armed(f)))
        {
            Tell(signals, facts, null, history: false);
        }

        var now = time.GetUtcNow();
        foreach (var (workload, _) in _health.Where(h => h.Value is { Since: null, Desired: > 0 } && now - h.Value.At >= RemindEvery).ToList())
        {
            TellHealth(signals, workload, always: true);
        }

        return signals;

        static bool Armed(PodFacts facts) => facts.Pod.Status is { Phase: not "Succeeded" } status
            && !(status.Conditions ?? []).Any(static c => c is { Type: "Ready", Status: "True" });
    }

    private static WorkloadRef RefOf(KubeNode node) => new("", NodeKind, node.Metadata.Name);

    private static (string Namespace, string Name) KeyOf(KubePod pod) => (pod.Metadata.Namespace, pod.Metadata.Name);

    private WorkloadRef OwnerOf(KubeWorkload workload) => view.OwnerOf(workload.Kind, workload.Metadata.Namespace, workload.Metadata.Name);

    private void Keep(List<Signal> signals, KubePod pod)
    {
        var key = KeyOf(pod);
        if (!_pods.TryGetValue(key, out var facts) || facts.Pod.Metadata.Uid != pod.Metadata.Uid)
        {
            _pods[key] = facts = new PodFacts(pod);
        }

        facts.Pod = pod;
        if (Armed)
        {
            Tell(signals, facts, null, history: false);
        }
    }

    private void Tell(List<Signal> signals, PodFacts facts, DateTimeOffset? liveSince, bool history) =>
        Tell(signals, builder.FromPod(facts.Pod, history, time.GetUtcNow()), facts.Told, liveSince);

    private void Tell(List<Signal> signals, KubeNode node, DateTimeOffset? liveSince, bool history)
    {
        if (!_nodeFacts.TryGetValue(node.Metadata.Name, out var told))
        {
            _nodeFacts[node.Metadata.Name] = told = [];
        }

        Tell(signals, builder.FromNode(node, history, time.GetUtcNow()), told, liveSince);
    }

    private static void Tell(List<Signal> signals, IReadOnlyList<FailureSignal> failures, HashSet<Fact> told, DateTimeOffset? liveSince)
    {
        if (failures.Count == 0 && told.Count == 0)
        {
            return;
        }

        // What is no longer so may come again, and is told again then.
        told.IntersectWith(failures.Select(Fact.Of).ToList());
        foreach (var failure in failures)
        {
            if (told.Add(Fact.Of(failure)))
            {
                signals.Add(failure.History && failure.LastSeen > liveSince ? failure with { History = false } : failure);
            }
        }
    }

    private void TellHealth(List<Signal> signals, string? ns)
    {
        IReadOnlyList<WorkloadRef> owners = ns is null ? [.. view.Owners(), .. _nodes.Values.Select(RefOf)] : view.Owners();
        foreach (var owner in owners.Where(o => ns is null || o.Namespace == ns))
        {
            TellHealth(signals, owner, always: true);
        }

        var present = owners.ToHashSet();
        foreach (var gone in _health.Keys.Where(w => (ns is null || w.Namespace == ns) && !present.Contains(w)).ToList())
        {
            TellHealth(signals, gone, always: true);
            _health.Remove(gone);
        }
    }

    private void TellHealthIfChanged(List<Signal> signals, WorkloadRef workload)
    {
        if (Armed)
        {
            TellHealth(signals, workload, always: false);
        }
    }

    private void TellHealth(List<Signal> signals, WorkloadRef workload, bool always)
    {
        var health = builder.Health(workload, time.GetUtcNow());
        var now = new Told(health.Desired, health.Ready, health.AllReadySince, health.At);
        if (always || !_health.TryGetValue(workload, out var before) || before with { At = now.At } != now)
        {
            signals.Add(health);
            if (health.Gone && view.Workload(workload) is null)
            {
                // Names of bare pods and of others' workloads never come back: they would pile up.
                _health.Remove(workload);
            }
            else
            {
                _health[workload] = now;
            }
        }
    }

    private sealed class PodFacts(KubePod pod)
    {
        public KubePod Pod { get; set; } = pod;

        public HashSet<Fact> Told { get; } = [];
    }

    private readonly record struct Told(int Desired, int Ready, DateTimeOffset? Since, DateTimeOffset At);

    /// <summary>A failure without what moves while nothing changes (the time of looking at it).</summary>
    private readonly record struct Fact(string SeriesKey, Core.Incidents.IncidentType Type, string Reason, long Occurrences, int? RestartCount, bool Sustained)
    {
        public static Fact Of(FailureSignal s) => new(s.SeriesKey, s.Type, s.Reason, s.Occurrences, s.RestartCount, s.Sustained);
    }
}
