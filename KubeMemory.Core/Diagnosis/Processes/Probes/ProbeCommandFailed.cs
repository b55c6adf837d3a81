namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeCommandFailed
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-command-failed",
        Title = "The command of an exec probe fails",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event("(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored)(?s:.*)"),
        ],
        Requires =
        [
            Clue.Spec(@"(?m)^  (?:liveness|readiness|startup) probe: \{[^\n]*""exec"""),
        ],
        Specificity = 35,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe's command[ {command}] ends with an error.[ It says: {said}]",
        Thing = "command",
        Steps =
        [
            ProcessSteps.Describe,
            new("Read what the command says, in the pod's events.", "kubectl get events -n {namespace} --field-selector involvedObject.name={pod}"),
            ProcessSteps.CurrentLog,
        ],
        Prevention =
        [
            "Let a probe's command say why it fails.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.ReadCommand,
        Samples =
        [
            ProcessCase.Probe("Liveness probe failed: /tmp/alive is older than 60 s", "/bin/alive.sh", spec: "  liveness probe: {\"exec\":{\"command\":[\"/bin/alive.sh\"]},\"periodSeconds\":10}"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Readiness probe failed: HTTP probe failed with statuscode: 503"),
        ],
    };
}
