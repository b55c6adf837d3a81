namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeGrpcMissing
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-grpc-unimplemented",
        Title = "The process has no gRPC health service",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event(@"(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*(?i:does not implement the grpc health protocol|unknown service grpc\.health|code = Unimplemented|unknown service (?<service>[\w.]+)).*"),
        ],
        Specificity = 57,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe asks over gRPC, and the process has no health service (grpc.health.v1.Health)[ under the name {service}].",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Register the gRPC health service, under the name that the probe asks for.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Liveness probe failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Liveness probe failed: timeout: failed to connect service \"10.42.0.3:9000\" within 1s"),
        ],
    };
}
