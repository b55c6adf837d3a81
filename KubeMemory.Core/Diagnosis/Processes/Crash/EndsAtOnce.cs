using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class EndsAtOnce
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "ends-without-error",
        Title = "The process ends by itself, without an error",
        Area = SignatureArea.Crash,
        Types = [IncidentType.CrashLoopBackOff],
        Clues =
        [
            Clue.State("ended with exit code 0, reason Completed"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The process ends by itself with exit code 0, and a {kind} starts it again each time: what it runs is no server, or its server does not stay in the foreground.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Run what ends by itself as a Job; start servers in the foreground.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/workloads/controllers/job/"),
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("done", exitCode: 0, reason: "Completed"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("done", exitCode: 0, reason: "Completed", kind: "Job"),
        ],
    };

    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        incident.WorkloadKind is "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "ReplicationController" ? facts : null;
}
