using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImageNeverPulled
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-never-pulled",
        Title = "The image is not on the node and may not be pulled",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff, IncidentType.CreateContainerError],
        Clues = [Clue.Event($"""[Ii]mage {Fragment.Quote}(?<image>{Fragment.Quoted}){Fragment.Quote} is not present with pull policy of Never"""), Clue.Event("ErrImageNeverPull|pull policy of Never")],
        Specificity = 49,
        Verdict = Verdict.Confirmed,
        Cause = "The pull policy of the container is Never, and the image {image} is not on the node.",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps =
        [
            Step.Template,
            new("See on which node the pod stands; images that were loaded by hand are on single nodes only.", "kubectl get pod {pod} -o wide -n {namespace}"),
            Step.Edit("Set imagePullPolicy to IfNotPresent and push the image to a registry; with kind or minikube, load it into every node again."),
        ],
        Prevention = ["Use the policy Never only in a development cluster, and load images as part of its script."],
        Documentation = Page.Of("concepts/containers/images/#image-pull-policy"),
        Samples = [Example.Image("Container image \"acme/dev-web:local\" is not present with pull policy of Never", "acme/dev-web:local"), Example.Image("Error: ErrImageNeverPull", "registry.example.com/shop/web:1.4.2")],
        NearMisses = [Example.Image("Failed to pull image \"acme/never:1\": rpc error: code = NotFound desc = docker.io/acme/never:1: not found")],
    };
}
