using System.Text.RegularExpressions;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Processes.Memory;

internal static class NodeOutOfMemory
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "oom-killed-by-node",
        Title = "The node ran out of memory and killed the process",
        Area = SignatureArea.Node,
        Types = [IncidentType.CrashLoopBackOff, IncidentType.JobFailed, IncidentType.OOMKilled, IncidentType.NodePressure, IncidentType.PreemptedOrKilled],
        Clues =
        [
            Clue.Event(@"(?i)(?:system oom encountered|out of memory: kill(?:ed)? process)(?:[^\n]{0,60}?(?:victim process: |process [0-9]+ \()(?<process>[\w./-]+))?"),
            Clue.Node("(?m)(?:SystemOOM|OOMKilling|System OOM)"),
            Clue.State("reason OOMKilled|ended with exit code 137(?:, signal 9)?, reason (?:Error|ContainerStatusUnknown)"),
        ],
        Specificity = 81,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] ran out of memory, and its kernel killed the process[ {process}]; the container did not reach a limit of its own.",
        Thing = "node",
        Steps =
        [
            new("See what the node is asked for and whether it is short of memory.", "kubectl describe node {node}"),
            new("See what its pods use.", "kubectl top pods --all-namespaces --sort-by=memory"),
            ProcessSteps.Describe,
        ],
        Prevention =
        [
            "Set a memory limit, and request as much as the process uses, so that nodes are not overcommitted.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/"),
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("INFO importing", "worker-2", exitCode: 137, eventText: "System OOM encountered, victim process: python3, pid: 4411"),
            ProcessCase.Crash("INFO importing", "worker-2", exitCode: 137, node: "MemoryPressure: True since 2026-03-04T05:06:00Z (KubeletHasInsufficientMemory: kubelet has insufficient memory available)"),
            ProcessCase.Crash("INFO importing", "worker-2", exitCode: 137, reason: "OOMKilled", type: IncidentType.OOMKilled, spec: "  requests: memory=128Mi"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("INFO importing", exitCode: 137, node: "MemoryPressure: False since 2026-03-04T05:06:00Z (KubeletHasSufficientMemory: kubelet has sufficient memory available)"),
        ],
    };

    private static readonly Regex Pressure = new(@"^MemoryPressure: True", RegexOptions.NonBacktracking | RegexOptions.Multiline);
    private static readonly Regex Killed = new("reason OOMKilled", RegexOptions.NonBacktracking);
    private static readonly Regex Said = new("(?i)system oom encountered|out of memory: kill|OOMKilling|SystemOOM", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    // Said by the node itself; or killed while the node was short of memory; or out of memory without a limit to reach.
    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var spec = incident.Evidence.FirstOrDefault(e => e.Kind == EvidenceKind.PodSpec)?.Text;
        var limited = spec is null || MemoryLimitExceeded.OfContainer(spec, incident.Container) is not null;
        var killed = incident.Evidence.Any(e => e.Kind == EvidenceKind.ContainerState && Killed.IsMatch(e.Text));
        var said = incident.Evidence.Any(e => e.Kind is EvidenceKind.Event or EvidenceKind.NodeCondition && Said.IsMatch(e.Text));
        var pressed = incident.Evidence.Any(e => e.Kind == EvidenceKind.NodeCondition && Pressure.IsMatch(e.Text));
        return said || (killed ? !limited : pressed) ? facts : null;
    }
}
