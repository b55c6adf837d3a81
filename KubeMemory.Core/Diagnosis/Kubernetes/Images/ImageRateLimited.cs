using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class ImageRateLimited
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "image-rate-limited",
        Title = "The registry limits the rate of pulls",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [ImageClue.RateLimited],
        Specificity = 47,
        Verdict = Verdict.Confirmed,
        Cause = "The registry {registry} refuses to serve {image} for now: too many pulls came from this account or, without one, from this address.",
        Thing = "registry",
        Refine = ImageFacts.Complete,
        Steps =
        [
            Step.DescribePod,
            new("See which other pods wait for images of the same registry.", "kubectl get events --all-namespaces --field-selector reason=Failed"),
            new("Wait for the window to pass; the kubelet tries again by itself."),
            new("Pull with an account: create a pull secret and name it in the workload or its service account.", "kubectl create secret docker-registry <name> --docker-server={registry} --docker-username=<user> --docker-password=<password> -n {namespace}", Changes: true),
        ],
        Prevention = ["Pull through a cache or mirror of your own, with an account, and set imagePullPolicy IfNotPresent for fixed tags."],
        Documentation = Page.Of("concepts/containers/images/#image-pull-policy"),
        Samples =
        [
            Example.Image("Failed to pull image \"redis:7\": rpc error: code = Unknown desc = failed to pull and unpack image \"docker.io/library/redis:7\": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:5f2c: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading", "registry-1.docker.io"),
            Example.Image("Failed to pull image \"public.ecr.aws/acme/web:3\": rpc error: code = Unknown desc = Error response from daemon: toomanyrequests: Rate exceeded", "public.ecr.aws"),
        ],
        NearMisses = [Example.Image("Failed to pull image \"acme/rate-limit:429\": rpc error: code = NotFound desc = failed to resolve reference \"docker.io/acme/rate-limit:429\": docker.io/acme/rate-limit:429: not found"), Example.Image("Failed to pull image \"redis:7\": pull QPS exceeded")],
    };
}
