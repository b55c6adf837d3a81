using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class KilledFromOutside
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "killed-from-outside",
        Title = "The process was killed from outside",
        Area = SignatureArea.Crash,
        Types = [IncidentType.CrashLoopBackOff, IncidentType.JobFailed],
        Clues =
        [
            Clue.State("ended with exit code 137(?:, signal 9)?, reason Error"),
        ],
        Specificity = 20,
        Verdict = Verdict.Likely,
        Cause = "The process was killed (SIGKILL, exit code 137), and not at its own memory limit: by the kubelet after a probe or a stop that took too long, or by a node that ran out of memory.",
        Steps =
        [
            new("See whether the kubelet says why it killed it.", "kubectl describe pod {pod} -n {namespace}"),
            new("See whether the node is short of memory.", "kubectl describe node {node}"),
            ProcessSteps.PreviousLog,
        ],
        Prevention =
        [
            "Request as much memory as the process uses, so that nodes are not overcommitted.",
        ],
        Documentation = ProcessSteps.Reason,
        Samples =
        [
            ProcessCase.Crash("INFO serving", exitCode: 137),
        ],
        NearMisses =
        [
            ProcessCase.Crash("INFO serving", exitCode: 137, reason: "OOMKilled", type: IncidentType.OOMKilled),
        ],
    };
}
