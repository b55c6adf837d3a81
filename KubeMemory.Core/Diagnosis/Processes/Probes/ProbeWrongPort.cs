namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeWrongPort
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-wrong-port",
        Title = "A probe asks at a port on which the process does not listen",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event("(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*(?i:connection refused).*"),
        ],
        Requires =
        [
            Clue.Log(@"(?i)(?:listening|listen|running|serving|started|bound|server|ready|available|accepting|Tomcat|Jetty|Netty|Kestrel|uvicorn|gunicorn|puma|Hypercorn|waitress)\b.{0,60}?(?:https?://[^\s:]*:|:::?|[0-9.*\]]:|ports?(?:\(s\))?:? |:)(?<listening>[0-9]{2,5})\b"),
        ],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe asks at port {port}, and the process says that it listens on {listening}.",
        Thing = "port",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Name ports, and let probes and Services use the names.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.ReadListening,
        Samples =
        [
            ProcessCase.Probe("Readiness probe failed: Get \"http://10.42.0.3:8080/healthz\": dial tcp 10.42.0.3:8080: connect: connection refused", "8080", log:
                """
                INFO config read
                INFO listening on 0.0.0.0:3000
                """),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: dial tcp 10.42.0.3:8080: connect: connection refused", log: "INFO listening on 0.0.0.0:8080"),
        ],
    };
}
