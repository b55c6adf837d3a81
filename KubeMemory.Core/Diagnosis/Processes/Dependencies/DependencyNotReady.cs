namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class DependencyNotReady
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "dependency-not-ready",
        Title = "A dependency is up and not ready yet",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:the database system is (?:starting up|shutting down|in recovery mode|not yet accepting connections)|LOADING Redis is loading|MASTERDOWN|MISCONF Redis|CLUSTERDOWN|READONLY You can't write against a read only|not (?:the )?(?:primary|master|leader)\b.{0,40}(?:node|replica|write)?|NotWritablePrimary|NotPrimary|no primary (?:available|found)|LEADER_NOT_AVAILABLE|NOT_COORDINATOR|ClusterBlockException|SERVICE_UNAVAILABLE/1/state not recovered|Vault is sealed|cannot execute \w+ in a read-only transaction)"),
        ],
        Specificity = 65,
        Verdict = Verdict.Confirmed,
        Cause = "A dependency answers and cannot serve yet or no longer: it is starting, recovering, sealed or has no leader.[ It was asked at {address}.]",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Services,
            new("See how the dependency's pods stand.", "kubectl get pods --all-namespaces"),
        ],
        Prevention =
        [
            "Give the dependency a readiness probe that passes only when it serves.",
        ],
        Documentation = ProcessSteps.DebugServices,
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash("FATAL:  the database system is starting up"),
            ProcessCase.Crash("Error making API request to https://vault.infra:8200: Code: 503. Errors: * Vault is sealed", "vault.infra:8200"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN redis: LOADING Redis is loading the dataset in memory
                INFO connected to redis
                ERROR no parser for format EDI9
                """),
        ],
    };
}
