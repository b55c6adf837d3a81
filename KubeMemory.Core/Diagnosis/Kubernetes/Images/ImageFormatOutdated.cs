using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImageFormatOutdated
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-format-outdated",
        Title = "The image has a format that the runtime no longer reads",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [Clue.Event("(?i)manifest\\.v1\\+prettyjws[^\\n]*(?:no longer supported|not supported|unsupported)|schema ?1[^\\n]*(?:no longer supported|not supported|deprecat|unsupported)|unsupported (?:manifest )?media ?type|mediaType [^\\n]*not supported")],
        Specificity = 49,
        Verdict = Verdict.Confirmed,
        Cause = "The image {image} is stored in an old format (Docker schema 1) or another one that the node's container runtime does not read.",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps = [new("Look at the media type: docker manifest inspect --verbose {image}."), new("Build and push the image anew with a current tool."), Step.DescribeNode],
        Prevention = ["Rebuild images that nobody has touched for years before the nodes' runtime is upgraded."],
        Documentation = Page.Of("concepts/containers/images/"),
        Samples = [Example.Image("Failed to pull image \"acme/legacy:0.3\": rpc error: code = Unknown desc = failed to pull and unpack image \"docker.io/acme/legacy:0.3\": not implemented: media type \"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no longer supported since containerd v2.1, please rebuild the image", "acme/legacy:0.3")],
        NearMisses = [Example.Image("Failed to pull image \"acme/schema1:0.3\": rpc error: code = NotFound desc = docker.io/acme/schema1:0.3: not found")],
    };
}
