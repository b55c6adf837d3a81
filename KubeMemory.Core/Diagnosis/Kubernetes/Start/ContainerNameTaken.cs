using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class ContainerNameTaken
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "container-name-taken",
        Title = "An earlier container of the same name is still there",
        Area = SignatureArea.Start,
        Types = [.. Starting.Types, IncidentType.SandboxFailure],
        Clues =
        [
            Clue.Event($"(?:name {Fragment.MaybeQuote}(?<name>[^\\s\"\\\\]+){Fragment.MaybeQuote} is reserved for|failed to reserve (?:container|sandbox) name {Fragment.MaybeQuote}(?<name>[^\\s\"\\\\:]+)|container name {Fragment.Quote}/?(?<name>[^\\s\"\\\\]+){Fragment.Quote} is already in use|error reserving (?:ctr|pod|container) name (?<name>[^\\s\"\\\\]+))"),
        ],
        Specificity = 74,
        Verdict = Verdict.Confirmed,
        Cause = "The container runtime of the node[ {node}] still holds an earlier container or sandbox of the same name ({name}): creating it took so long that the kubelet gave up and tried again, mostly because the disk or the runtime is slow.",
        Thing = "name",
        Steps =
        [
            Step.DescribeNode,
            Step.DescribePod,
            new("On the node: crictl ps -a, the disk's load, and what the container runtime logs."),
            new("Remove the pod; its controller makes a new one.", "kubectl delete pod {pod} -n {namespace}", Changes: true),
        ],
        Prevention = ["Give nodes disks with enough throughput, and keep the container runtime up to date."],
        Documentation = Page.Of("tasks/debug/debug-cluster/crictl/"),
        Samples =
        [
            Example.Start("Error: failed to reserve container name \"web_web-6c8f9d7b5-x2x4k_shop_3f0c_0\": name \"web_web-6c8f9d7b5-x2x4k_shop_3f0c_0\" is reserved for \"9aa1\"", "web_web-6c8f9d7b5-x2x4k_shop_3f0c_0"),
            Example.Start("Error: Error response from daemon: Conflict. The container name \"/k8s_web_web-6c8f9d7b5-x2x4k_shop_3f0c_0\" is already in use by container \"9aa1\". You have to remove (or rename) that container to be able to reuse that name.", "k8s_web_web-6c8f9d7b5-x2x4k_shop_3f0c_0"),
        ],
        NearMisses = [Example.Start("Error: context deadline exceeded")],
    };
}
