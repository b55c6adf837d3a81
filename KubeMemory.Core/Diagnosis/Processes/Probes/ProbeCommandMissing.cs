namespace KubeMemory.Core.Diagnosis.Processes.Probes;

internal static class ProbeCommandMissing
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "probe-command-missing",
        Title = "The command of an exec probe is not in the image",
        Area = SignatureArea.Probes,
        Types = ProcessCase.ProbeFailures,
        Clues =
        [
            Clue.Event(@"(?<probe>Liveness|Readiness|Startup) probe (?:failed|errored)(?s:.*)(?:exec: \\?""(?<command>[^""\\]+)\\?"": (?:executable file not found|stat |permission denied|no such file)|(?:sh|bash|ash)(?:: line)?:? ?(?:line )?[0-9]*:? ?(?<command>[\w./-]+): (?:command )?not found|stat (?<command>/[\w./-]+): no such file)"),
        ],
        Specificity = 57,
        Verdict = Verdict.Confirmed,
        Cause = "The {probe} probe runs {command}, which is not in the image.",
        Thing = "command",
        Steps =
        [
            ProcessSteps.Describe,
            new("See which probes the container has.", "kubectl get {kind} {workload} -n {namespace} -o yaml"),
        ],
        Prevention =
        [
            "Use httpGet, tcpSocket or grpc probes: they need no program in the image.",
        ],
        Documentation = ProcessSteps.Probes,
        Refine = ProbeFacts.Read,
        Samples =
        [
            ProcessCase.Probe("Readiness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec \"0a1\": OCI runtime exec failed: exec failed: unable to start container process: exec: \"curl\": executable file not found in $PATH: unknown", "curl"),
            ProcessCase.Probe("Liveness probe failed: /bin/sh: 1: pg_isready: not found", "pg_isready"),
        ],
        NearMisses =
        [
            ProcessCase.Probe("Liveness probe failed: /tmp/alive is older than 60 s"),
        ],
    };
}
