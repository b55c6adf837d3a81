using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class RegistryError
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "registry-error",
        Title = "The registry answers with an error of its own",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [Clue.Event("(?<code>50[0234]) (?<how>Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Service Temporarily Unavailable)|received unexpected HTTP status: (?<code>50[0-9])")],
        Unless = [ImageClue.NoName, ImageClue.RateLimited],
        Specificity = 45,
        Verdict = Verdict.Confirmed,
        Cause = "The registry {registry} answers with status {code}: it is in trouble itself, or what stands before it is.",
        Thing = "registry",
        Refine = ImageFacts.Complete,
        Steps =
        [
            new("See whether other images of the registry fail too.", "kubectl get events --all-namespaces --field-selector reason=Failed"),
            new("Look at the registry's own status page, logs and storage. The kubelet tries again by itself."),
        ],
        Prevention = ["Mirror the images that must start at any time."],
        Documentation = Page.Of("concepts/containers/images/"),
        Samples = [Example.Image("Failed to pull image \"registry.acme.io/web:5\": rpc error: code = Unknown desc = failed to pull and unpack image \"registry.acme.io/web:5\": failed to resolve reference \"registry.acme.io/web:5\": unexpected status from HEAD request to https://registry.acme.io/v2/web/manifests/5: 503 Service Unavailable", "registry.acme.io")],
        NearMisses = [Example.Image("Failed to pull image \"registry.acme.io/web:503\": rpc error: code = NotFound desc = failed to resolve reference \"registry.acme.io/web:503\": registry.acme.io/web:503: not found")],
    };
}
