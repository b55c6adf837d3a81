namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeServerError
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-server-error",
        Title = "A probe is answered with a 5xx status",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event("(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*status ?code: (?<status>5[0-9]{2})"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe is answered with status {status}[ at {path}]: the process runs and says itself that it is not well, often because a dependency is not.",
        Thing = "status",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            new("Ask the path from inside the pod: many answer which check fails.", "kubectl exec {pod} -n {namespace} -c {container} -- wget -qO- http://127.0.0.1:{port}{path}"),
        ],
        Prevention =
        [
            "Let readiness say which check fails, in its body and in the log.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Readiness probe failed: HTTP probe failed with statuscode: 503", "503"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: HTTP probe failed with statuscode: 404"),
        ],
    };
}
