namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class RuntimeClassMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "runtime-class-missing",
        Title = "The runtime class does not exist",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"(?:RuntimeClass|runtimeclass(?:es)?(?:\\.node\\.k8s\\.io)?) {Fragment.Quote}(?<runtime_class>{Fragment.Name}){Fragment.Quote} not found")],
        Specificity = 52,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: they name the runtime class {runtime_class}, which the cluster does not have.",
        Thing = "runtime_class",
        Steps = [new("See which runtime classes there are.", "kubectl get runtimeclasses"), Step.Template, Step.Edit("Name one that exists, or none.")],
        Prevention = ["Deploy runtime classes with the nodes that can run them."],
        Documentation = Page.Of("concepts/containers/runtime-class/"),
        Samples = [Example.Config("Error creating: pods \"web-\" is forbidden: pod rejected: RuntimeClass \"sandboxed\" not found", "sandboxed")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for \"sandboxed\" is configured")],
    };
}
