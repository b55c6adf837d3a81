using System.Text.RegularExpressions;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Processes.Memory;

internal static class MemoryLimitExceeded
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "oom-killed-at-limit",
        Title = "The container used more memory than its limit",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.State("reason OOMKilled"),
        ],
        Specificity = 82,
        Verdict = Verdict.Confirmed,
        Cause = "The container used more memory than its limit[ of {limit}] and was killed for it.",
        Thing = "limit",
        Steps =
        [
            new("See how it ended and what it may use.", "kubectl describe pod {pod} -n {namespace}"),
            new("See what it uses now.", "kubectl top pod {pod} -n {namespace} --containers"),
            ProcessSteps.PreviousLog,
            new("If it needs that much, raise the limit.", "kubectl set resources {kind}/{workload} -n {namespace} -c {container} --limits=memory=NEW_LIMIT", Changes: true),
        ],
        Prevention =
        [
            "Set the limit from what the process uses at its peak, and tell runtimes (JVM, Node.js, Go) of it.",
        ],
        Documentation = ProcessSteps.Memory,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("INFO importing", "256Mi", exitCode: 137, reason: "OOMKilled", type: IncidentType.OOMKilled, spec:
                """
                  requests: cpu=100m, memory=128Mi
                  limits: cpu=500m, memory=256Mi
                """),
            ProcessCase.Crash("INFO importing", exitCode: 137, reason: "OOMKilled", type: IncidentType.OOMKilled),
        ],
        NearMisses =
        [
            ProcessCase.Crash("INFO importing", exitCode: 137, reason: "OOMKilled", type: IncidentType.OOMKilled, spec: "  requests: memory=128Mi"),
        ],
    };

    private static readonly Regex Limit = new(@"^  limits: (?:[^\n]*, )?memory=(?<limit>[^,\s]+)", RegexOptions.NonBacktracking | RegexOptions.Multiline);

    // Without a limit of its own it is the node, or the pod as a whole, that ran out.
    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var spec = incident.Evidence.FirstOrDefault(e => e.Kind == EvidenceKind.PodSpec)?.Text;
        if (spec is null)
        {
            return facts;
        }

        return OfContainer(spec, incident.Container) is { } limit ? new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["limit"] = limit } : null;
    }

    /// <summary>The memory limit of one container, in what the pod asks for; null where it has none.</summary>
    internal static string? OfContainer(string spec, string container)
    {
        var at = container.Length == 0 ? 0 : ("\n" + spec).IndexOf($"\ncontainer {container}\n", StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var end = spec.IndexOf("\ncontainer ", at + 1, StringComparison.Ordinal);
        return Limit.Match(end < 0 ? spec[at..] : spec[at..end]) is { Success: true } match ? match.Groups["limit"].Value : null;
    }
}
