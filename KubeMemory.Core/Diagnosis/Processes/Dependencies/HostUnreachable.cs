namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class HostUnreachable
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "host-unreachable",
        Title = "There is no way to a dependency's host",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:no route to host|\behostunreach\b|\benetunreach\b|network is unreachable|host is unreachable|NoRouteToHost|\[Errno (?:113|101)\]|os error (?:113|101))"),
        ],
        Specificity = 63,
        Verdict = Verdict.Confirmed,
        Cause = "There is no route[ to {address}]: the network between the pod and that host lets nothing through.",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Policies,
            new("See on which node the pod runs and which address it has.", "kubectl get pod {pod} -n {namespace} -o wide"),
            ProcessSteps.Services,
        ],
        Prevention =
        [
            "Do not write addresses of pods and nodes into settings: names of Services stay.",
        ],
        Documentation = ProcessSteps.DebugServices,
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash(
                """
                panic: dial tcp 10.12.0.5:5672: connect: no route to host

                goroutine 1 [running]:
                main.main()
                	/src/main.go:20 +0x1d
                exit status 2
                """, "10.12.0.5:5672"),
            ProcessCase.Crash("Error: connect EHOSTUNREACH 10.99.1.4:8200 - Local (10.1.1.1:44444)", "10.99.1.4:8200"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN ntp: network is unreachable, continuing without
                ERROR no handler for message type 9
                """),
        ],
    };
}
