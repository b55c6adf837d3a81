using System.Text.RegularExpressions;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

/// <summary>The evidence of <see cref="NodeRoom"/>, read back.</summary>
internal sealed partial record RoomText(IReadOnlyDictionary<string, decimal> Asked, IReadOnlyList<RoomText.Line> Lines, bool OnlyInPart)
{
    /// <param name="KeptAway">Why the node does not take the pod, whatever room it has.</param>
    internal sealed record Line(string Node, string? KeptAway, IReadOnlyDictionary<string, Amount> Amounts);

    internal sealed record Amount(decimal Allocatable, decimal Taken, decimal Left);

    /// <summary>Null where there is no such evidence.</summary>
    public static RoomText? Of(DiagnosisCase incident) => incident.Evidence
        .Where(e => e.Kind == EvidenceKind.NodeCondition && e.Text.StartsWith(NodeRoom.Asks, StringComparison.Ordinal))
        .Select(e => Parse(e.Text))
        .LastOrDefault();

    /// <summary>Whether no node that could take the pod has enough of it left; null where that is not known.</summary>
    public bool? Lacks(string resource)
    {
        var open = Lines.Where(line => line.KeptAway is null && line.Amounts.ContainsKey(resource)).ToList();
        return Asked.TryGetValue(resource, out var asked) && open.Count > 0 ? open.TrueForAll(line => line.Amounts[resource].Left < asked) : null;
    }

    /// <summary>The node with the most of it left, of those that could take the pod.</summary>
    public Line? Roomiest(string resource) => Lines
        .Where(line => line.KeptAway is null && line.Amounts.ContainsKey(resource))
        .MaxBy(line => line.Amounts[resource].Left);

    private static RoomText Parse(string text)
    {
        var asked = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var lines = new List<Line>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith(NodeRoom.Asks, StringComparison.Ordinal))
            {
                foreach (var part in line[NodeRoom.Asks.Length..].Split(", "))
                {
                    if (part.Split(' ') is [var resource, var amount] && Quantity.Parse(amount) is { } number)
                    {
                        asked[resource] = number;
                    }
                }
            }
            else if (Node().Match(line) is { Success: true } node)
            {
                lines.Add(new Line(node.Groups["name"].Value, node.Groups["away"] is { Success: true } away ? away.Value : null, Amounts(line)));
            }
        }

        return new RoomText(asked, lines, text.Contains($"\n{NodeRoom.OnlyInPart}", StringComparison.Ordinal));
    }

    private static Dictionary<string, Amount> Amounts(string line)
    {
        var amounts = new Dictionary<string, Amount>(StringComparer.Ordinal);
        foreach (Match part in Resource().Matches(line))
        {
            if ((Quantity.Parse(part.Groups["all"].Value), Quantity.Parse(part.Groups["taken"].Value), Quantity.Parse(part.Groups["left"].Value)) is ({ } all, { } taken, { } left))
            {
                amounts[part.Groups["name"].Value] = new Amount(all, taken, left);
            }
        }

        return amounts;
    }

    [GeneratedRegex(@"^node (?<name>[^ :]+)(?: \((?<away>[^)]+)\))?: ", RegexOptions.CultureInvariant)]
    private static partial Regex Node();

    [GeneratedRegex(@"(?<name>[^ ;]+) (?<all>[^ ,;]+) allocatable, (?<taken>[^ ,;]+) requested, (?<left>[^ ,;]+) left", RegexOptions.CultureInvariant)]
    private static partial Regex Resource();
}
