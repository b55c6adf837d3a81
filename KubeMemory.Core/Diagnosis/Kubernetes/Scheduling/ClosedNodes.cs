using System.Text.RegularExpressions;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

/// <summary>Which nodes the evidence shows as closed, where the scheduler gives only their number.</summary>
internal static partial class ClosedNodes
{
    private const string HasTaint = "has taint ";

    public static IReadOnlyList<string> Cordoned(DiagnosisCase incident) =>
    [
        .. (RoomText.Of(incident)?.Lines ?? []).Where(line => line.KeptAway == "cordoned").Select(line => line.Node)
            .Concat(Nodes(incident).Where(e => e.Text.Contains("unschedulable: yes", StringComparison.Ordinal)).Select(e => e.Title.Replace("Node ", "", StringComparison.Ordinal)))
            .Distinct(),
    ];

    /// <summary>The one that the most nodes have; control planes do not count. Null where none is to be seen.</summary>
    public static string? CommonTaint(DiagnosisCase incident) =>
        (RoomText.Of(incident)?.Lines ?? []).Select(line => line.KeptAway ?? "").Where(why => why.StartsWith(HasTaint, StringComparison.Ordinal)).Select(why => why[HasTaint.Length..])
            .Concat(Nodes(incident).SelectMany(e => Taint().Matches(e.Text)).Select(match => match.Groups["taint"].Value))
            .Where(taint => !taint.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal))
            .GroupBy(taint => taint)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;

    private static IEnumerable<CaseEvidence> Nodes(DiagnosisCase incident) => incident.Evidence.Where(e => e.Kind == EvidenceKind.NodeCondition);

    // taint: dedicated=batch:NoSchedule
    [GeneratedRegex(@"(?m)^taint: (?<taint>[^\s:]+):No(?:Schedule|Execute)", RegexOptions.CultureInvariant)]
    private static partial Regex Taint();
}
