namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class InvalidPod
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "pod-invalid",
        Title = "The pod's specification is not valid",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"(?:Pod|pods?) {Fragment.Quote}[^\"\\n]*{Fragment.Quote} is invalid: \\[?(?<field>[\\w.\\[\\]]*[\\w\\]]): (?<why>(?:Invalid value|Required value|Forbidden|Not found|Duplicate value|Unsupported value)[^\\n]*[^\\s.\\]])")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: the field {field} is not valid: {why}.",
        Thing = "field",
        Steps = [new("Read the field in the workload's template.", "kubectl get {kind} {workload} -o yaml -n {namespace}"), Step.Edit("Correct it.")],
        Prevention = ["Check manifests with a server-side dry run before they are applied; a template is checked in full only when a pod is made of it."],
        Documentation = Page.Of("reference/kubernetes-api/workload-resources/pod-v1/"),
        Samples = [Example.Config("Error creating: Pod \"web-6c8f9d7b5-x2x4k\" is invalid: spec.containers[0].resources.requests: Invalid value: \"2Gi\": must be less than or equal to memory limit of 1Gi", "spec.containers[0].resources.requests")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi")],
    };
}
