using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class Terminated
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "terminated-from-outside",
        Title = "The process was told to stop",
        Area = SignatureArea.Crash,
        Types = [IncidentType.CrashLoopBackOff],
        Clues =
        [
            Clue.State("ended with exit code 143"),
        ],
        Specificity = 30,
        Verdict = Verdict.Likely,
        Cause = "The process was told to stop (SIGTERM, exit code 143): by the kubelet, most often for a liveness probe, or by a process in the container.",
        Steps =
        [
            new("See whether the kubelet says why it killed it.", "kubectl describe pod {pod} -n {namespace}"),
            ProcessSteps.PreviousLog,
        ],
        Prevention =
        [
            "Give slow starters a startup probe.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"),
        Samples =
        [
            ProcessCase.Crash("INFO received SIGTERM, shutting down", exitCode: 143),
        ],
        NearMisses =
        [
            ProcessCase.Crash("INFO received SIGTERM, shutting down", exitCode: 0, reason: "Error"),
        ],
    };
}
