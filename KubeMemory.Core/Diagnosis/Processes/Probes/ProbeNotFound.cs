namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-path-refused",
        Title = "A probe is answered with a 4xx status",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event("(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*status ?code: (?<status>4[0-9]{2})"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe is answered with status {status}[ at {path}]: the process runs, and there is nothing at that path, or it asks for a login.",
        Thing = "endpoint",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            new("Ask the path from inside the pod.", "kubectl exec {pod} -n {namespace} -c {container} -- wget -qO- http://127.0.0.1:{port}{path}"),
        ],
        Prevention =
        [
            "Keep the probe's path beside the code that serves it, without a login.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Readiness probe failed: HTTP probe failed with statuscode: 404", "/ready", spec: "  readiness probe: {\"httpGet\":{\"path\":\"/ready\",\"port\":8080,\"scheme\":\"HTTP\"},\"periodSeconds\":10}"),
            ProcessCase.Probe("Liveness probe failed: HTTP probe failed with statuscode: 401", "401"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: HTTP probe failed with statuscode: 503"),
        ],
    };
}
