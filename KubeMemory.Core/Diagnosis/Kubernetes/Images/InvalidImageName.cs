using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class InvalidImageName
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-name-invalid",
        Title = "The image's name is not valid",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff, IncidentType.CreateContainerError, IncidentType.ConfigError],
        Clues =
        [
            Clue.Event($"""apply default image tag (?:to )?{Fragment.Quote}(?<image>[^"\n\\]+){Fragment.Quote}"""),
            Clue.Event($"""parse image (?:name |reference )?{Fragment.Quote}(?<image>[^"\n\\]+){Fragment.Quote}"""),
            Clue.Event("InvalidImageName|invalid reference format|repository name must be lowercase"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The name of the image, {image}, is not one that can be pulled: look for capitals, blanks, two colons, an empty tag, or a template's placeholder that was not filled in.",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps =
        [
            Step.Template,
            new("Set a valid name.", "kubectl set image {kind}/{workload} {container}=<image>:<tag> -n {namespace}", Changes: true),
        ],
        Prevention = ["Fail the pipeline when the image's name or tag is empty, and check rendered manifests before they are applied."],
        Documentation = Page.Of("concepts/containers/images/#image-names"),
        Samples =
        [
            Example.Image("Failed to apply default image tag \"registry.acme.io/Shop/web:\": couldn't parse image name \"registry.acme.io/Shop/web:\": invalid reference format", "registry.acme.io/Shop/web:"),
            Example.Image("Error: InvalidImageName", "registry.example.com/shop/web:1.4.2"),
        ],
        NearMisses = [Example.Image("Failed to pull image \"acme/invalid-reference-format:1\": rpc error: code = NotFound desc = docker.io/acme/invalid-reference-format:1: not found")],
    };
}
