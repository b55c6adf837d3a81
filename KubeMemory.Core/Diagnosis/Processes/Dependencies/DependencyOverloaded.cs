namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class DependencyOverloaded
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "dependency-overloaded",
        Title = "A dependency takes no more connections or requests",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:too many connections|too many clients already|remaining connection slots are reserved|max(?:imum)? number of clients reached|max_?(?:user_)?connections|connection limit exceeded|QueuePool limit|Connection is not available, request timed out|connection pool (?:is )?(?:exhausted|timed out|timeout)|timeout exceeded when trying to connect|pool timed out|PoolTimeoutError|no more connections|es_rejected_execution|circuit_breaking_exception|\b429 too many requests|status(?: code)?[:= ]+429\b|rate limit (?:has been )?(?:exceeded|reached)|RESOURCE_EXHAUSTED|code = ResourceExhausted|ProvisionedThroughputExceeded|ThrottlingException|SlowDown)"),
        ],
        Specificity = 66,
        Verdict = Verdict.Confirmed,
        Cause = "A dependency takes no more: its connections, its pool or its rate are used up.[ It was asked at {address}.]",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See how many pods share it.", "kubectl get pods -n {namespace} -o wide"),
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Size the pools so that all replicas together stay below the limit of the dependency, or put a pooler between.",
        ],
        Documentation = ProcessSteps.DebugServices,
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash("FATAL:  sorry, too many clients already"),
            ProcessCase.Crash("pq: remaining connection slots are reserved for non-replication superuser connections host=pg-main port=5432", "pg-main:5432"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR customer 7 has too many links to suppliers in its graph"),
        ],
    };
}
