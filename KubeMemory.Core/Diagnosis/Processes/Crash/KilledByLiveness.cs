using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class KilledByLiveness
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "killed-for-liveness",
        Title = "The kubelet kills the container because its liveness probe fails",
        Area = SignatureArea.Probes,
        Types = [IncidentType.CrashLoopBackOff, IncidentType.ProbeFailure],
        Clues =
        [
            Clue.Event(@"(?i)(?:container (?<container>\S+) failed (?<probe>liveness|startup) probe, will be restarted|(?<probe>liveness|startup) probe (?:failed|errored))"),
        ],
        Requires =
        [
            Clue.State("ended with exit code (?<code>137|143)"),
        ],
        Specificity = 56,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe fails, so the kubelet kills the container and starts it again (exit code {code}).",
        Thing = "probe",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.PreviousLog,
            ProcessSteps.CurrentLog,
        ],
        Prevention =
        [
            "Let the liveness probe ask only whether the process itself is stuck, never whether its dependencies answer.",
            "Give slow starters a startup probe.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("INFO listening on 0.0.0.0:8080", "liveness", exitCode: 137, eventText: "Container app failed liveness probe, will be restarted"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("panic: tariff 9", exitCode: 2, eventText: "Back-off restarting failed container app in pod shop-1_store(0b1)"),
        ],
    };

    private static Dictionary<string, string> Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["probe"] = facts["probe"].ToLowerInvariant() };
}
