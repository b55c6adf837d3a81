namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeTlsMismatch
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-scheme-mismatch",
        Title = "A probe speaks HTTP where TLS is spoken, or the other way round",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event("(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*(?i:server gave HTTP response to HTTPS client|malformed HTTP (?:response|status code|version)|first record does not look like a TLS handshake|Client sent an HTTP request to an HTTPS server|wrong version number|transport connection broken|remote error: tls|tls: |x509: ).*"),
        ],
        Specificity = 58,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe and the process do not speak the same[ on port {port}]: one speaks TLS and the other plain HTTP (scheme in httpGet).",
        Thing = "port",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Set scheme: HTTPS in the probe where the port speaks TLS.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Readiness probe failed: Get \"https://10.42.0.3:8443/healthz\": http: server gave HTTP response to HTTPS client", "8443"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: Get \"https://10.42.0.3:8443/healthz\": dial tcp 10.42.0.3:8443: connect: connection refused"),
        ],
    };
}
