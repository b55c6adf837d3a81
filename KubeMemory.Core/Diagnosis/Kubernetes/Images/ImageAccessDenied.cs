using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImageAccessDenied
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-access-denied",
        Title = "The registry denies access to the image",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [ImageClue.Refused],
        Unless = [ImageClue.Offline, Clue.Event("(?i)toomanyrequests|429 Too Many")],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "The registry {registry} does not let the nodes pull {image}: the credentials are missing, wrong or expired, or may not read this repository. Some registries say the same of a repository that does not exist.",
        Thing = "image",
        Refine = ImageFacts.Complete,
        Steps =
        [
            new("See which pull secrets the pod names, itself or by its service account.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See whether these secrets are there (their type is kubernetes.io/dockerconfigjson).", "kubectl get secrets -n {namespace}"),
            new("Check that the repository exists under exactly this name, and that the account may read it."),
            new("Create the pull secret anew from credentials that work.", "kubectl create secret docker-registry <name> --docker-server={registry} --docker-username=<user> --docker-password=<password> -n {namespace}", Changes: true),
            Step.Edit("Name it in imagePullSecrets; on a cloud, give the nodes' role the right to read the registry instead."),
        ],
        Prevention = ["Let nodes read the registry by their cloud identity, or renew pull secrets automatically before they expire."],
        Documentation = Page.Of("tasks/configure-pod-container/pull-image-private-registry/"),
        Samples =
        [
            Example.Image("Failed to pull image \"acme/billing:2.0\": rpc error: code = Unknown desc = failed to pull and unpack image \"docker.io/acme/billing:2.0\": failed to resolve reference \"docker.io/acme/billing:2.0\": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", "acme/billing:2.0"),
            Example.Image("Failed to pull image \"registry.acme.io/billing:2.0\": rpc error: code = Unknown desc = Error response from daemon: Head \"https://registry.acme.io/v2/billing/manifests/2.0\": unauthorized: authentication required", "registry.acme.io/billing:2.0"),
            Example.Image("Failed to pull image \"123456789012.dkr.ecr.eu-west-1.amazonaws.com/billing:2.0\": rpc error: code = Unknown desc = Error response from daemon: Get \"https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/billing/manifests/2.0\": no basic auth credentials", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/billing:2.0"),
            Example.Image("Failed to pull image \"europe-docker.pkg.dev/acme/apps/billing:2.0\": failed to pull and unpack image \"europe-docker.pkg.dev/acme/apps/billing:2.0\": failed to resolve reference \"europe-docker.pkg.dev/acme/apps/billing:2.0\": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://europe-docker.pkg.dev/v2/token: 403 Forbidden", "europe-docker.pkg.dev/acme/apps/billing:2.0"),
        ],
        NearMisses =
        [
            Example.Image("Failed to pull image \"acme/billing:2.0\": failed to authorize: failed to fetch anonymous token: Get \"https://auth.docker.io/token\": dial tcp: lookup auth.docker.io on 10.0.0.2:53: no such host"),
            Example.Image("Failed to pull image \"registry.acme.io/access-denied:2\": rpc error: code = NotFound desc = failed to resolve reference \"registry.acme.io/access-denied:2\": registry.acme.io/access-denied:2: not found"),
        ],
    };
}
