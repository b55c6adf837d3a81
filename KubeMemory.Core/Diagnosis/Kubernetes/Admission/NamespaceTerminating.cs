namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class NamespaceTerminating
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "namespace-terminating",
        Title = "The namespace is being deleted",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event("unable to create new content in namespace (?<deleted>[-\\w]*\\w) because it is being terminated")],
        Specificity = 52,
        Verdict = Verdict.Confirmed,
        Cause = "Nothing can be created in the namespace {deleted}: it is being deleted.",
        Thing = "deleted",
        Steps = [new("See its state, and what holds it up.", "kubectl get namespace {deleted} -o yaml"), new("Wait until it is gone, then create it anew; a finalizer that never ends names its controller.")],
        Prevention = ["Do not deploy into namespaces that a job deletes."],
        Documentation = Page.Of("concepts/overview/working-with-objects/namespaces/"),
        Samples = [Example.Config("Error creating: pods \"web-\" is forbidden: unable to create new content in namespace preview-31 because it is being terminated", "preview-31")],
        NearMisses = [Example.Config("Error creating: namespaces \"preview-31\" not found")],
    };
}
