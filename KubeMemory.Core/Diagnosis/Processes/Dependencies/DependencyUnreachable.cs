namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class DependencyUnreachable
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "dependency-unreachable",
        Title = "A dependency cannot be reached",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:cannot|can't|can not|could not|couldn't|unable to|failed to|failure to|error) (?:connect(?:ing)?|reach(?:ing)?|contact(?:ing)?|dial(?:ing)?|establish(?:ing)? (?:a )?connection|open(?:ing)? (?:a )?connection)\b"),
            Clue.Log("(?i)(?:connection to node -?[0-9]+ .{0,80}could not be established|broker may not be available|none of the specified endpoints were reachable|max retries exceeded with url|timed out waiting for|still waiting for|no (?:alive|available|living) (?:nodes|connections|servers|brokers)|NoNodeAvailable|NoBrokersAvailable|all hosts? (?:unreachable|tried|failed)|UnableToConnect|is not reachable|is unreachable|(?:service|server|database|broker) (?:is )?unavailable)"),
        ],
        Specificity = 56,
        Verdict = Verdict.Confirmed,
        Cause = "{address} cannot be reached, and the process needs it.",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Services,
            ProcessSteps.Environment,
            ProcessSteps.Policies,
        ],
        Prevention =
        [
            "Let the process try again for a while when a dependency is not there yet.",
        ],
        Documentation = ProcessSteps.DebugServices,
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash(
                """
                [2026-03-04 05:06:18,101] WARN [AdminClient clientId=admin-1] Connection to node -1 (kafka-boot/10.2.3.4:9092) could not be established. Node may not be available.
                [2026-03-04 05:06:19,101] ERROR giving up: no brokers
                """, "kafka-boot:9092"),
            ProcessCase.Crash("Fatal error: unable to connect to vault at https://vault.infra:8200", "vault.infra:8200"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR could not connect invoice 12 to its order"),
            ProcessCase.Crash(
                """
                ERROR failed to connect to cache redis-1:6379
                INFO connected to redis-1:6379
                ERROR invalid state transition from PAID to NEW
                """),
        ],
    };

    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        Addresses.Add(incident, facts) is var found && found.ContainsKey("address") ? found : null;
}
