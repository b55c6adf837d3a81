using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImagePlatform
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-platform-mismatch",
        Title = "The image is not built for the node's platform",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues =
        [
            Clue.Event("no matching manifest for (?<platform>[a-z0-9]+/[a-z0-9]+(?:/v[0-9]+)?)"),
            Clue.Event("(?i)no image found in (?:manifest list|image index) for architecture \"?(?<platform>[a-z0-9_]+)"),
            Clue.Event("(?i)no match for platform|no matching manifest|image operating system [^\\n]* cannot be used on this platform|does not match the (?:specified|host) platform"),
        ],
        Specificity = 49,
        Verdict = Verdict.Confirmed,
        Cause = "The image {image} exists, but not for the platform of the node[ ({platform})].",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps =
        [
            new("See the platforms of the nodes.", "kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os"),
            new("See for which platforms the image is built: docker manifest inspect {image}."),
            new("Build the image for both: docker buildx build --platform linux/amd64,linux/arm64."),
            Step.Edit("Keep the pod on nodes of the right platform: nodeSelector kubernetes.io/arch."),
        ],
        Prevention = ["Build images for every platform that the cluster has, or pin the workload to one by node selector."],
        Documentation = Page.Of("concepts/containers/images/#multi-architecture-images-with-image-indexes"),
        Samples =
        [
            Example.Image("Failed to pull image \"acme/thumbs:3\": rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/acme/thumbs:3\": no match for platform in manifest: not found", "acme/thumbs:3"),
            Example.Image("Failed to pull image \"acme/thumbs:3\": rpc error: code = Unknown desc = Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries", "acme/thumbs:3"),
        ],
        NearMisses = [Example.Image("Failed to pull image \"acme/platform:3\": rpc error: code = NotFound desc = failed to resolve reference \"docker.io/acme/platform:3\": docker.io/acme/platform:3: not found")],
    };
}
