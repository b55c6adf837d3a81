using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class PullSecretMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "pull-secret-missing",
        Title = "The pull secret does not exist",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues =
        [
            Clue.Event($@"Unable to retrieve some image pull secrets \((?<secret>{Fragment.Name})"),
            Clue.Event($"""(?i)couldn't get secret (?:[^\s/]+/)?(?<secret>{Fragment.Name})"""),
        ],
        Unless = [ImageClue.Offline, ImageClue.RateLimited, Clue.Event("(?i)manifest unknown|manifest for \\S+ not found|code = NotFound|no space left|invalid reference")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The pod names the pull secret {secret}, and there is none of that name in the namespace {namespace}, so that the registry is asked for {image} without credentials.",
        Thing = "secret",
        Refine = ImageFacts.Complete,
        Steps =
        [
            new("See which secrets there are; a pull secret belongs to one namespace.", "kubectl get secrets -n {namespace}"),
            Step.DescribePod,
            new("Create it in this namespace.", "kubectl create secret docker-registry {secret} --docker-server={registry} --docker-username=<user> --docker-password=<password> -n {namespace}", Changes: true),
        ],
        Prevention = ["Create the pull secret with the namespace, and name it in the service account instead of in each workload."],
        Documentation = Page.Of("tasks/configure-pod-container/pull-image-private-registry/"),
        Samples =
        [
            Example.Image("Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.", "regcred"),
            Example.Image("Failed to pull image \"registry.acme.io/billing:2.0\": unexpected status from HEAD request to https://registry.acme.io/v2/billing/manifests/2.0: 401 Unauthorized", "acme-pull")
                .And(EvidenceKind.Event, "Unable to retrieve some image pull secrets (acme-pull, old-pull); attempting to pull the image may not succeed."),
        ],
        NearMisses = [Example.Image("Failed to pull image \"registry.acme.io/secrets:2.0\": unexpected status from HEAD request to https://registry.acme.io/v2/secrets/manifests/2.0: 401 Unauthorized")],
    };
}
