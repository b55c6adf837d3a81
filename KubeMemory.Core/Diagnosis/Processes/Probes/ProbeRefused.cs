namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeRefused
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-connection-refused",
        Title = "A probe finds nothing that listens",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event("(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*(?i:connection refused|connectex).*"),
        ],
        Specificity = 45,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe finds nothing that listens[ on port {port}]: the process is not up yet, has stuck, or listens elsewhere.",
        Thing = "port",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            new("See on which ports the process listens.", "kubectl exec {pod} -n {namespace} -c {container} -- netstat -lnt"),
        ],
        Prevention =
        [
            "Name ports, and let probes and Services use the names.",
            "Give slow starters a startup probe.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Readiness probe failed: Get \"http://10.42.0.3:8080/healthz\": dial tcp 10.42.0.3:8080: connect: connection refused", "8080"),
            ProcessCase.Probe("Liveness probe failed: dial tcp 10.42.0.3:5432: connect: connection refused", "5432"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: HTTP probe failed with statuscode: 503"),
        ],
    };
}
