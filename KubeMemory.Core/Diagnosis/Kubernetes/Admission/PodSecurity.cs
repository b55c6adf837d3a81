namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class PodSecurity
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "pod-security-violated",
        Title = "The pod breaks the namespace's security level",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"violates PodSecurity {Fragment.Quote}(?<level>[a-z]+)(?::[^\\s\"\\\\]+)?{Fragment.Quote}: (?<rule>[^\\n(]*[^\\s\\n(:.])"), Clue.Event($"violates PodSecurity {Fragment.Quote}(?<level>[a-z]+)")],
        Specificity = 52,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: the namespace {namespace} enforces the Pod Security level {level}, and the pod breaks it[: {rule}].",
        Thing = "level",
        Steps =
        [
            new("See the level of the namespace.", "kubectl get namespace {namespace} --show-labels"),
            new("See the securityContext of the workload.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            Step.Edit("Set what the message names: allowPrivilegeEscalation false, capabilities drop ALL, runAsNonRoot true, seccompProfile RuntimeDefault."),
        ],
        Prevention = ["Write manifests for the level restricted from the start, and use the mode warn before enforce."],
        Documentation = Page.Of("concepts/security/pod-security-admission/"),
        Samples = [Example.Config("Error creating: pods \"web-6c8f9d7b5-x2x4k\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"web\" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container \"web\" must set securityContext.runAsNonRoot=true)", "restricted")],
        NearMisses = [Example.Config("Error creating: admission webhook \"policy.example.com\" denied the request: privileged containers are not allowed")],
    };
}
