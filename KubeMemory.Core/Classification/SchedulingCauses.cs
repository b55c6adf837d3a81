using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Classification;

/// <summary>Why no node takes a pod.</summary>
internal static class SchedulingCauses
{
    // 0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/3 nodes are …
    public static Classified Explain(string message)
    {
        var head = message.Split(" preemption:", 2)[0].TrimEnd('.', ' ');
        const string Available = "nodes are available: ";
        var list = head.IndexOf(Available, StringComparison.Ordinal);
        var claim = MessageParts.After(message, "persistentvolumeclaim \"", "\"");
        if (list < 0)
        {
            return new Classified(IncidentType.FailedScheduling, CauseText.Normalise(head)) { Words = head, Claim = claim };
        }

        var reasons = head[(list + Available.Length)..]
            .Split([", ", ". "], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(WithoutCount)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var words = string.Join(", ", reasons.Select(LowerFirst));
        return new Classified(IncidentType.FailedScheduling, CauseText.Normalise(words)) { Words = $"{head[..list].Trim()} nodes: {words}", Claim = claim };
    }

    // "1 Insufficient cpu" and "2 node(s) didn't match Pod's node affinity/selector"
    private static string WithoutCount(string reason) =>
        reason.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').TrimStart().Replace("node(s) ", "", StringComparison.Ordinal);

    private static string LowerFirst(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
