namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class SandboxImage
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "sandbox-image-missing",
        Title = "The sandbox's own image does not come",
        Area = SignatureArea.Network,
        Types = Sandbox.Types,
        Clues = [Clue.Event($"(?i)(?:failed to get sandbox image|unable to pull sandbox image|failed pulling image|sandbox image) {Fragment.Quote}(?<image>{Fragment.Quoted}){Fragment.Quote}"), Clue.Event($"(?i)creating pod sandbox[^\\n]*initializing source docker://(?<image>[^\\s:]+(?::[^\\s:]+)?):")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] cannot pull {image}, the image that every pod's sandbox is made of.",
        Thing = "image",
        Steps =
        [
            Step.DescribePod,
            new("From the node, pull it by hand: crictl pull {image}."),
            new("If the node has no way out, name a mirror's image in the runtime's configuration (containerd: sandbox_image; CRI-O: pause_image)."),
        ],
        Prevention = ["Put the sandbox image into the node image, and pin it so that it is never removed."],
        Documentation = Page.Of("setup/production-environment/container-runtimes/"),
        Samples = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image \"registry.k8s.io/pause:3.9\": failed to pull image \"registry.k8s.io/pause:3.9\": failed to resolve reference \"registry.k8s.io/pause:3.9\": failed to do request: Head \"https://registry.k8s.io/v2/pause/manifests/3.9\": dial tcp 34.96.108.209:443: i/o timeout", "registry.k8s.io/pause:3.9"), Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed pulling image \"k8s.gcr.io/pause:3.2\": Error response from daemon: Get https://k8s.gcr.io/v2/: net/http: request canceled while waiting for connection", "k8s.gcr.io/pause:3.2")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": cni config uninitialized")],
    };
}
