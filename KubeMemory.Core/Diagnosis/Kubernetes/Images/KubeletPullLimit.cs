using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class KubeletPullLimit
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "kubelet-pull-limit",
        Title = "The kubelet limits its own pulls",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [Clue.Event("pull QPS exceeded")],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The kubelet of the node pulls no more images for the moment: more pods started there at once than its limit of pulls per second (registryPullQPS) allows. It goes on by itself.",
        Thing = "node",
        Steps = [Step.DescribePod, new("See how many pods start on the node at once.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}")],
        Prevention = ["Raise registryPullQPS and registryBurst in the kubelet's configuration where many pods start at once."],
        Documentation = Page.Of("reference/config-api/kubelet-config.v1beta1/"),
        Samples = [Example.Image("Failed to pull image \"registry.acme.io/web:5\": pull QPS exceeded", "worker-2")],
        NearMisses = [Example.Image("Failed to pull image \"registry.acme.io/web:5\": toomanyrequests: Rate exceeded")],
    };
}
