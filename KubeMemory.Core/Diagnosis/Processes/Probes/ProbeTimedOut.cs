namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeTimedOut
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-timed-out",
        Title = "A probe gets no answer in time",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event(@"(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*(?i:context deadline exceeded|Client\.Timeout|i/o timeout|timed out|request canceled|timeout: (?:failed to connect|health rpc)|DeadlineExceeded|timeout).*"),
        ],
        Specificity = 45,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe gets no answer[ from {endpoint}] in time[ ({timeout} s)]: the process is busy, starved of CPU, or waits for something else.",
        Thing = "endpoint",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            new("See what it uses.", "kubectl top pod {pod} -n {namespace} --containers"),
        ],
        Prevention =
        [
            "Answer probes from a cheap handler that asks no dependency.",
            "Leave CPU limits generous: a throttled process answers late.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Liveness probe failed: Get \"http://10.42.0.3:8080/healthz\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)", "/healthz"),
            ProcessCase.Probe("Readiness probe failed: dial tcp 10.42.0.3:6379: i/o timeout", "6379"),
            ProcessCase.Probe("Readiness probe failed: command \"/bin/check.sh\" timed out", "/bin/check.sh"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: Get \"http://10.42.0.3:8080/healthz\": dial tcp 10.42.0.3:8080: connect: connection refused"),
        ],
    };
}
