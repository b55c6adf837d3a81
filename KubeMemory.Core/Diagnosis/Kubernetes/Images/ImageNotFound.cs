using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImageNotFound
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-not-found",
        Title = "The image does not exist",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues =
        [
            Clue.Event("(?i)manifest unknown|manifest_unknown|name_unknown|name unknown|manifest for \\S+ not found|code = NotFound|No such image"),
            Clue.Event("(?i)(?:tag|repository|reference|image) \\S+ (?:does not exist|not found)|: not found\\b|404 Not Found|unexpected status[^\\n]*: 404"),
        ],
        Unless = [ImageClue.Offline, ImageClue.Refused, Clue.Event("(?i)no match(?:ing manifest)? for")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "The registry {registry} answers, and has no image {image}: the name or the tag is wrong, it was never pushed, or it was deleted.",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps =
        [
            new("Read the exact name that is pulled; look for a typing error in registry, repository and tag.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See which image the last good revision had.", "kubectl rollout history {kind}/{workload} -n {namespace}"),
            new("Ask the registry for the tag, from a machine that may read it: docker manifest inspect {image}."),
            new("Go back to the last good revision.", "kubectl rollout undo {kind}/{workload} -n {namespace}", Changes: true),
            new("Or set a tag that exists.", "kubectl set image {kind}/{workload} {container}=<image>:<tag> -n {namespace}", Changes: true),
        ],
        Prevention = ["Deploy only after the push has succeeded, by digest where possible, and keep tags that are in use out of the registry's clean-up."],
        Documentation = Page.Of("concepts/containers/images/"),
        Samples =
        [
            Example.Image("Failed to pull image \"ghcr.io/acme/web:1.9.1\": rpc error: code = NotFound desc = failed to pull and unpack image \"ghcr.io/acme/web:1.9.1\": failed to resolve reference \"ghcr.io/acme/web:1.9.1\": ghcr.io/acme/web:1.9.1: not found", "ghcr.io/acme/web:1.9.1"),
            Example.Image("Failed to pull image \"ghcr.io/acme/web:1.9.1\": rpc error: code = Unknown desc = Error response from daemon: manifest for ghcr.io/acme/web:1.9.1 not found: manifest unknown: manifest unknown", "ghcr.io/acme/web:1.9.1"),
            Example.Image("Failed to pull image \"quay.io/acme/web:1.9.1\": rpc error: code = Unknown desc = reading manifest 1.9.1 in quay.io/acme/web: manifest unknown", "quay.io/acme/web:1.9.1"),
        ],
        NearMisses =
        [
            Example.Image("Failed to pull image \"ghcr.io/acme/not-found:1\": rpc error: code = Unknown desc = failed to pull and unpack image \"ghcr.io/acme/not-found:1\": failed to resolve reference \"ghcr.io/acme/not-found:1\": failed to do request: Head \"https://ghcr.io/v2/acme/not-found/manifests/1\": dial tcp 140.82.112.33:443: i/o timeout"),
            Example.Image("Failed to pull image \"nginx:1\": rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/library/nginx:1\": no match for platform in manifest: not found"),
        ],
    };
}
