using System.Globalization;
using System.Text;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Signals;

/// <summary>
/// What each node can give, what the pods seen on it have reserved, and what is left: the scheduler's own arithmetic, which looks at
/// requests and not at use.
/// </summary>
/// <remarks>
/// <code>
/// the pod asks for: cpu 800m, memory 100Mi
/// node worker-1: cpu 2 allocatable, 1550m requested, 450m left; memory 7955Mi allocatable, 704Mi requested, 7251Mi left; pods 110 allocatable, 9 requested, 101 left
/// node worker-2 (cordoned): cpu …
/// 3 more nodes have less room.
/// seen: 9 pods, of the namespaces default, kube-system
/// seen only in part: other namespaces than default are not watched, and what their pods reserve is not counted
/// </code>
/// </remarks>
public static class NodeRoom
{
    /// <summary>The evidence's key: an incident has one.</summary>
    public const string Key = "room";

    /// <summary>How many nodes are told, those that the pod most nearly fits first.</summary>
    public const int MaxNodes = 20;

    internal const string Asks = "the pod asks for: ";
    internal const string OnlyInPart = "seen only in part: ";

    private const int MaxNamespaces = 10;

    private static readonly string[] Always = ["cpu", "memory", "pods"];

    /// <param name="pod">That is to be placed; null where it is not to be seen.</param>
    /// <returns>Null where no node is known.</returns>
    public static EvidenceItem? Of(ClusterView view, KubePod? pod, DateTimeOffset observedAt, Redactor redactor)
    {
        var asked = PodRequests.Of(pod?.Spec);
        var placed = view.Pods().Where(Occupies).ToList();
        var byNode = placed.ToLookup(p => p.Spec!.NodeName!, StringComparer.Ordinal);
        var nodes = view.Nodes()
            .Select(node => Measure(node, [.. byNode[node.Metadata.Name]], asked, pod?.Spec))
            .OrderBy(n => n.KeptAway is not null).ThenBy(n => n.Lacking).ThenByDescending(n => n.Rest).ThenBy(n => n.Name, StringComparer.Ordinal)
            .ToList();
        if (nodes.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        var wanted = string.Join(", ", asked.Where(a => a.Value > 0).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} {Quantity.Text(a.Key, a.Value)}"));
        text.Append(Asks).AppendLine(pod?.Spec is null ? "unknown, it is not to be seen" : wanted.Length == 0 ? "nothing" : wanted);
        foreach (var node in nodes.Take(MaxNodes))
        {
            node.AppendTo(text);
        }

        if (nodes.Count > MaxNodes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{nodes.Count - MaxNodes} more nodes have less room.");
        }

        AppendSeen(text, view, placed);
        return new EvidenceItem(EvidenceKind.NodeCondition, Key, "Room on nodes", redactor.Redact(text.ToString().TrimEnd()), observedAt);
    }

    // A pod that has ended holds nothing; one that leaves still does.
    private static bool Occupies(KubePod pod) => !string.IsNullOrEmpty(pod.Spec?.NodeName) && pod.Status?.Phase is not ("Succeeded" or "Failed");

    private static Room Measure(KubeNode node, IReadOnlyList<KubePod> pods, Dictionary<string, decimal> asked, PodSpec? spec)
    {
        var taken = new Dictionary<string, decimal>(StringComparer.Ordinal) { ["pods"] = pods.Count };
        foreach (var (resource, amount) in pods.SelectMany(static p => PodRequests.Of(p.Spec)))
        {
            taken[resource] = taken.GetValueOrDefault(resource) + amount;
        }

        var shown = Always.Concat(asked.Where(a => a.Value > 0).Select(a => a.Key).Order(StringComparer.Ordinal)).Distinct();
        var amounts = shown.Select(resource => new Amount(
            resource,
            Quantity.Parse(node.Status?.Allocatable?.GetValueOrDefault(resource)) ?? 0,
            taken.GetValueOrDefault(resource),
            resource == "pods" ? 1 : asked.GetValueOrDefault(resource))).ToList();
        return new Room(node.Metadata.Name, NodeFit.KeptAway(node, spec), amounts);
    }

    private static void AppendSeen(StringBuilder text, ClusterView view, List<KubePod> placed)
    {
        var spaces = placed.Select(static p => p.Metadata.Namespace).Distinct().Order(StringComparer.Ordinal).ToList();
        var named = string.Join(", ", spaces.Take(MaxNamespaces)) + (spaces.Count > MaxNamespaces ? $" and {spaces.Count - MaxNamespaces} more" : "");
        text.AppendLine(CultureInfo.InvariantCulture, $"seen: {placed.Count} pods{(spaces.Count == 0 ? "" : $", of the namespaces {named}")}");
        if (view.PodNamespaces() is { } listed)
        {
            text.Append(OnlyInPart).AppendLine(listed.Count == 0
                ? "the pods could not be listed, and what others reserve is not counted"
                : $"other namespaces than {string.Join(", ", listed.Take(MaxNamespaces))} were not read, and what their pods reserve is not counted");
        }
        else if (!spaces.Contains("kube-system"))
        {
            // Every cluster has pods there: who sees none sees an extract.
            text.Append(OnlyInPart).AppendLine("no pod of kube-system is among them, and what the missing ones reserve is not counted");
        }
    }

    private sealed record Amount(string Resource, decimal Allocatable, decimal Taken, decimal Asked)
    {
        public decimal Left => Math.Max(0, Allocatable - Taken);
    }

    private sealed record Room(string Name, string? KeptAway, IReadOnlyList<Amount> Amounts)
    {
        /// <summary>Of how many resources there is too little.</summary>
        public int Lacking => Amounts.Count(static a => a.Asked > a.Left);

        /// <summary>How much of what is asked the scarcest resource covers, at most all of it.</summary>
        public decimal Rest => Amounts.Where(static a => a.Asked > 0).Select(static a => Math.Min(1, a.Left / a.Asked)).DefaultIfEmpty(1).Min();

        public void AppendTo(StringBuilder text)
        {
            text.Append("node ").Append(Name).Append(KeptAway is null ? "" : $" ({KeptAway})").Append(": ");
            text.AppendJoin("; ", Amounts.Select(static a =>
                $"{a.Resource} {Quantity.Text(a.Resource, a.Allocatable)} allocatable, {Quantity.Text(a.Resource, a.Taken)} requested, {Quantity.Text(a.Resource, a.Left)} left"));
            text.AppendLine();
        }
    }
}
