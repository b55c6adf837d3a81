namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class CredentialsNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "credentials-not-found",
        Title = "No credentials are there for a cloud or service",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log("(?i)(?:unable to locate credentials|NoCredentialProviders|could not find default credentials|could not load the default credentials|DefaultCredentialsError|unable to load (?:aws )?credentials|CredentialsProviderError|DefaultAzureCredential|no valid providers in chain|no credentials (?:found|provided|available)|NoCredentialsError|could not load credentials|credentials (?:file )?(?:not found|are missing|could not be (?:found|loaded))|failed to retrieve credentials|failed to refresh cached credentials|no EC2 IMDS role found)"),
        ],
        Specificity = 65,
        Verdict = Verdict.Confirmed,
        Cause = "The process finds no credentials for the service that it calls: none are mounted, set or bound to its service account.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            new("See which service account the pod runs as, and how that is annotated.", "kubectl get serviceaccounts -n {namespace} -o yaml"),
        ],
        Prevention =
        [
            "Bind the workload's identity to its service account in the same manifest that creates it.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"),
        Samples =
        [
            ProcessCase.Crash("botocore.exceptions.NoCredentialsError: Unable to locate credentials"),
            ProcessCase.Crash("google.auth.exceptions.DefaultCredentialsError: Your default credentials were not found. could not find default credentials"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN telemetry: unable to locate credentials, continuing without
                ERROR worker 3: duplicate shipment 77
                """),
        ],
    };
}
