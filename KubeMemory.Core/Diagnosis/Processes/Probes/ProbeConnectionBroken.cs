namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeConnectionBroken
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-connection-broken",
        Title = "A probe's connection is broken off",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event(@"(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*(?i:connection reset by peer|\bEOF\b|broken pipe|server closed idle connection|no route to host|network is unreachable|host is down).*"),
        ],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe's connection[ to {endpoint}] is broken off before it is answered.",
        Thing = "endpoint",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            ProcessSteps.Policies,
        ],
        Prevention =
        [
            "Listen on all addresses (0.0.0.0), not on localhost only.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Liveness probe failed: Get \"http://10.42.0.3:8080/live\": read tcp 10.42.0.1:40022->10.42.0.3:8080: read: connection reset by peer", "/live"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Liveness probe failed: HTTP probe failed with statuscode: 500"),
        ],
    };
}
