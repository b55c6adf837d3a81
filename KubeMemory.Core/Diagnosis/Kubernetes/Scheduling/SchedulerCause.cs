using System.Globalization;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Signals;
using Facts = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

/// <summary>
/// Of the several reasons that one message of the scheduler gives, the signature applies whose reason decides; the others are told in the
/// fact <c>besides</c>.
/// </summary>
internal static class SchedulerCause
{
    private const int MostNodes = 5;

    /// <param name="name">What the fact is called that holds the block's name; null where it has none.</param>
    public static Func<DiagnosisCase, Facts, Facts?> Of(BlockKind kind, string? name = null) => (incident, facts) =>
        Decide(incident, facts, block => block.Kind == kind, name, (_, _) => { });

    /// <summary>With what is asked, what there is and what is left, where the room on nodes is known.</summary>
    public static Func<DiagnosisCase, Facts, Facts?> OfResource(Func<string, bool> isIt) => (incident, facts) =>
        Decide(incident, facts, block => block.Kind == BlockKind.Resource && isIt(block.Name!), "resource", (block, more) => Measure(incident, block.Name!, more));

    /// <inheritdoc cref="OfResource"/>
    public static Func<DiagnosisCase, Facts, Facts?> OfPods { get; } = (incident, facts) =>
        Decide(incident, facts, block => block.Kind == BlockKind.TooManyPods, null, (_, more) => Measure(incident, "pods", more));

    /// <summary>With the names of the nodes that the evidence shows as cordoned, in the fact <c>node</c>.</summary>
    public static Func<DiagnosisCase, Facts, Facts?> OfCordon { get; } = (incident, facts) =>
        Decide(incident, facts, block => block.Kind == BlockKind.Cordoned, null, (_, more) => AddNodes(more, ClosedNodes.Cordoned(incident)));

    /// <summary>With the taint; where the message does not name it, as the evidence of the nodes does.</summary>
    public static Facts? OfTaint(DiagnosisCase incident, Facts facts)
    {
        var decided = Of(BlockKind.Taint, "taint")(incident, facts) ?? Of(BlockKind.ControlPlaneTaint, "taint")(incident, facts);
        return decided is null || decided.ContainsKey("taint") || ClosedNodes.CommonTaint(incident) is not { } taint
            ? decided
            : new Dictionary<string, string>(decided, StringComparer.Ordinal) { ["taint"] = taint };
    }

    /// <summary>With the pod's claim, where its spec mounts a single one.</summary>
    public static Func<DiagnosisCase, Facts, Facts?> OfClaim(BlockKind kind) => (incident, facts) =>
        Decide(incident, facts, block => block.Kind == kind, null, (_, _) => { }) is { } decided ? AddClaim(incident, decided) : null;

    public static string? SpecOf(DiagnosisCase incident) => incident.Evidence.FirstOrDefault(e => e.Kind == EvidenceKind.PodSpec)?.Text;

    /// <summary>The pod looks for others and keeps away from none: tells what the older schedulers' one wording for both means.</summary>
    public static bool AsksForPodAffinityOnly(DiagnosisCase incident) =>
        SpecOf(incident) is { } spec && spec.Contains("\"podAffinity\"", StringComparison.Ordinal) && !spec.Contains("\"podAntiAffinity\"", StringComparison.Ordinal);

    private static Dictionary<string, string>? Decide(
        DiagnosisCase incident, Facts facts, Func<Block, bool> isIt, string? name, Action<Block, Dictionary<string, string>> add)
    {
        var more = new Dictionary<string, string>(facts, StringComparer.Ordinal);
        if (SchedulerText.Of(incident) is not { } said)
        {
            return more;
        }

        var room = RoomText.Of(incident);
        if (said.Main(resource => room?.Lacks(resource), SpecOf(incident)) is not { } main || !isIt(main))
        {
            return null;
        }

        more["count"] = main.Nodes.ToString(CultureInfo.InvariantCulture);
        more["nodes"] = said.Nodes.ToString(CultureInfo.InvariantCulture);
        if (said.Besides(main) is { } besides)
        {
            more["besides"] = besides;
        }

        if (name is not null && main.Name is { } named)
        {
            more[name] = named;
        }

        add(main, more);
        return more;
    }

    private static void AddNodes(Dictionary<string, string> facts, IReadOnlyList<string> nodes)
    {
        if (nodes.Count > 0)
        {
            facts["node"] = string.Join(", ", nodes.Take(MostNodes)) + (nodes.Count > MostNodes ? $" and {(nodes.Count - MostNodes).ToString(CultureInfo.InvariantCulture)} more" : "");
        }
    }

    // volume data from claim data-web-0
    private static Dictionary<string, string> AddClaim(DiagnosisCase incident, Dictionary<string, string> facts)
    {
        var claims = (SpecOf(incident) ?? "").Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.StartsWith("volume ", StringComparison.Ordinal))
            .Select(line => line.Split(" from claim ", 2))
            .Where(parts => parts.Length == 2)
            .ToList();
        if (claims is [[_, var claim]])
        {
            facts["claim"] = claim;
        }

        return facts;
    }

    private static void Measure(DiagnosisCase incident, string resource, Dictionary<string, string> facts)
    {
        var room = RoomText.Of(incident);
        var asked = room is not null && room.Asked.TryGetValue(resource, out var told) ? told : SpecRequests.Of(SpecOf(incident), resource);
        if (asked is { } amount)
        {
            facts["requested"] = Quantity.Text(resource, amount);
        }

        if (room?.Roomiest(resource) is not { } node)
        {
            if (facts.TryGetValue("requested", out var requested))
            {
                facts["asks"] = requested;
            }

            return;
        }

        var there = node.Amounts[resource];
        facts["node"] = node.Node;
        facts["allocatable"] = Quantity.Text(resource, there.Allocatable);
        facts["taken"] = Quantity.Text(resource, there.Taken);
        facts["free"] = Quantity.Text(resource, there.Left);
        if (room.OnlyInPart)
        {
            facts["partial"] = "Only a part of the cluster's pods was seen, so that less than this is left.";
        }

        if (asked > there.Allocatable && room.Lines.All(line => line.KeptAway is not null || !line.Amounts.TryGetValue(resource, out var a) || a.Allocatable < asked))
        {
            facts["too_big"] = "No node is big enough for it, even if it were empty.";
        }
        else if (asked is { } wanted && wanted <= there.Left)
        {
            facts["fits"] = room.OnlyInPart
                ? "By the pods that were seen it would fit: pods that were not seen reserve the rest."
                : "By the pods that are there now it would fit: what filled the node has gone since.";
        }
    }
}
