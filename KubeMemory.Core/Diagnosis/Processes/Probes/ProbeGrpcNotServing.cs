namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeGrpcNotServing
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-grpc-not-serving",
        Title = "The process says over gRPC that it is not serving",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event(@"(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored).*(?i:service unhealthy \(responded with \\?""(?<status>\w+)|responded with ""?(?<status>NOT_SERVING|UNKNOWN|SERVICE_UNKNOWN))"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The process answers the {probe} probe over gRPC that it is not serving[: {status}].",
        Thing = "status",
        Steps =
        [
            ProcessSteps.Describe,
            ProcessSteps.CurrentLog,
        ],
        Prevention =
        [
            "Let the health service follow the state of what it stands for.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Readiness probe failed: service unhealthy (responded with \"NOT_SERVING\")", "NOT_SERVING"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: HTTP probe failed with statuscode: 503"),
        ],
    };
}
