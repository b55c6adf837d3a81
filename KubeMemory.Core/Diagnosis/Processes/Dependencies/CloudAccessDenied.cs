namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class CloudAccessDenied
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "cloud-access-denied",
        Title = "The cloud does not allow the process's identity what it asks for",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"User: (?<identity>\S+) is not authorized to perform: (?<action>[\w-]+:\w+)(?: on resource: ""?(?<resource>[^\s""]+))?"),
            Clue.Log(@"\((?:AccessDenied|AccessDeniedException|UnauthorizedOperation)\) when calling the (?<action>\w+) operation"),
            Clue.Log(@"operation error (?<action>[\w ]+: \w+), .{0,200}\b(?:AccessDenied\w*|UnauthorizedOperation)\b"),
            Clue.Log(@"(?:does not have|missing|lacks) (?<action>[a-z]+\.[a-z]\w*\.[a-z]\w*) (?:access|permission)(?: to (?:the )?(?:[\w ]{1,30} )?(?<resource>[\w./:-]+))?|Permission '(?<action>[a-z]+\.[\w.]+)' denied on resource(?: '(?<resource>[^']+)')?"),
            Clue.Log(@"does not have authorization to perform action '(?<action>[^']+)'(?: over scope '(?<resource>[^']+)')?|AuthorizationPermissionMismatch|AuthorizationFailed\b"),
        ],
        Specificity = 70,
        Verdict = Verdict.Confirmed,
        Cause = "The cloud refuses the process[ the action {action}][ on {resource}]: the identity of its pod[, {identity},] has not the right to it.",
        Thing = "action",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See which service account the pod runs as, and which identity of the cloud is bound to it.", "kubectl get serviceaccounts -n {namespace} -o yaml"),
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Keep the identity's policy beside the workload's manifest, and change both together.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"),
        Samples =
        [
            ProcessCase.Crash("api error AccessDenied: User: arn:aws:sts::000000000000:assumed-role/shop/1 is not authorized to perform: sqs:ReceiveMessage on resource: arn:aws:sqs:eu-west-1:000000000000:orders because no identity-based policy allows it", "sqs:ReceiveMessage"),
            ProcessCase.Crash("google.api_core.exceptions.Forbidden: 403 GET https://storage.googleapis.com/b/shop: shop@example.iam.gserviceaccount.com does not have storage.buckets.get access to the Google Cloud Storage bucket.", "storage.buckets.get"),
            ProcessCase.Crash("botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the GetObject operation: Access Denied", "GetObject"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN metrics: User: arn:aws:sts::000000000000:assumed-role/shop/1 is not authorized to perform: cloudwatch:PutMetricData, continuing without
                INFO worker up
                ERROR order 17 has no lines
                """),
        ],
    };
}
