using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImageSignature
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-signature-refused",
        Title = "The image's signature is not accepted",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [Clue.Event("SignatureValidationFailed|(?i)signature (?:validation|verification) failed|Source image rejected:")],
        Specificity = 49,
        Verdict = Verdict.Confirmed,
        Cause = "The container runtime of the node demands a signature for the image {image}, and finds none that it accepts.",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps = [Step.DescribePod, new("On the node, read the policy (/etc/containers/policy.json) and the keys that it names."), new("Sign the image with an accepted key, or deploy one that is signed.")],
        Prevention = ["Sign images in the pipeline, and check the signature before the rollout."],
        Documentation = Page.Of("concepts/containers/images/"),
        Samples = [Example.Image("Failed to pull image \"registry.acme.io/web:5\": SignatureValidationFailed: image pull failed for registry.acme.io/web:5 because the signature validation failed: Source image rejected: A signature was required, but no signature exists", "registry.acme.io/web:5")],
        NearMisses = [Example.Image("Failed to pull image \"registry.acme.io/signature:5\": unexpected status from HEAD request to https://registry.acme.io/v2/signature/manifests/5: 401 Unauthorized")],
    };
}
