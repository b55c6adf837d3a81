namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class ConnectionReset
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "connection-reset",
        Title = "A dependency breaks the connection off",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:connection (?:was )?(?:reset|aborted|closed) by (?:peer|the (?:remote|server))|\beconnreset\b|connection reset|socket hang up|server closed the connection unexpectedly|forcibly closed|server terminated abnormally|lost connection to (?:mysql )?server|mysql server has gone away|communications link failure|terminating connection due to administrator)"),
        ],
        Specificity = 58,
        Verdict = Verdict.Confirmed,
        Cause = "The connection to {address} is broken off by the other side, or by something between, such as a proxy or a mesh sidecar.",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Services,
            new("See whether the dependency restarts itself.", "kubectl get pods --all-namespaces --sort-by=.status.startTime"),
            ProcessSteps.Policies,
        ],
        Prevention =
        [
            "Let the process open its connections again after they are broken off.",
        ],
        Documentation = ProcessSteps.DebugServices,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("fatal: read tcp 10.1.4.9:41022->10.1.9.2:9042: read: connection reset by peer", "10.1.9.2:9042"),
            ProcessCase.Crash("psycopg2.OperationalError: connection to server at \"pg-main\" (10.0.0.7), port 5432 failed: server closed the connection unexpectedly", "pg-main:5432"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                INFO client 10.9.9.9:50122 connection reset by peer
                INFO request served
                INFO request served
                INFO request served
                INFO request served
                INFO request served
                fatal: price list is empty
                """),
        ],
    };

    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        Addresses.Add(incident, facts) is var found && found.ContainsKey("address") ? found : null;
}
