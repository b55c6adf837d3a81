using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class RegistrySpeaksHttp
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "registry-plain-http",
        Title = "The registry speaks HTTP where HTTPS is asked",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [Clue.Event("server gave HTTP response to HTTPS client|first record does not look like a TLS handshake")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The registry {registry} answers in plain HTTP, and the container runtime asks it by HTTPS.",
        Thing = "registry",
        Refine = ImageFacts.Complete,
        Steps =
        [
            Step.DescribePod,
            new("Give the registry a certificate; or, for a laboratory, name it as insecure in the container runtime's configuration on every node."),
        ],
        Prevention = ["Serve registries by TLS only."],
        Documentation = Page.Of("concepts/containers/images/"),
        Samples = [Example.Image("Failed to pull image \"10.0.0.9:5000/web:5\": rpc error: code = Unknown desc = failed to pull and unpack image \"10.0.0.9:5000/web:5\": failed to resolve reference \"10.0.0.9:5000/web:5\": failed to do request: Head \"https://10.0.0.9:5000/v2/web/manifests/5\": http: server gave HTTP response to HTTPS client", "10.0.0.9:5000")],
        NearMisses = [Example.Image("Failed to pull image \"10.0.0.9:5000/web:5\": failed to do request: Head \"https://10.0.0.9:5000/v2/web/manifests/5\": dial tcp 10.0.0.9:5000: connect: connection refused")],
    };
}
