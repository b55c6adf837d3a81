using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class RegistryCertificate
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "registry-certificate-untrusted",
        Title = "The registry's certificate is not accepted",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [Clue.Event("(?i)x509: (?<why>certificate [^\\n\":]*[^\\s\\n\":]|cannot validate certificate[^\\n\":]*)"), ImageClue.BadCertificate],
        Specificity = 47,
        Verdict = Verdict.Confirmed,
        Cause = "The node does not accept the TLS certificate of the registry {registry}[: {why}].",
        Thing = "registry",
        Refine = ImageFacts.Complete,
        Steps =
        [
            Step.DescribePod,
            new("From the node, look at the certificate: openssl s_client -connect {registry}:443 -showcerts."),
            new("If the registry is signed by an authority of your own, install its certificate for the container runtime on every node (containerd: /etc/containerd/certs.d/{registry}/)."),
            new("If it has expired or names another host, renew it at the registry; a wrong clock on the node looks the same."),
        ],
        Prevention = ["Put the authority's certificate into the node image, and alert before certificates expire."],
        Documentation = Page.Of("tasks/configure-pod-container/pull-image-private-registry/"),
        Samples =
        [
            Example.Image("Failed to pull image \"registry.lab.example/web:5\": rpc error: code = Unknown desc = failed to pull and unpack image \"registry.lab.example/web:5\": failed to resolve reference \"registry.lab.example/web:5\": failed to do request: Head \"https://registry.lab.example/v2/web/manifests/5\": tls: failed to verify certificate: x509: certificate signed by unknown authority", "registry.lab.example"),
            Example.Image("Failed to pull image \"registry.lab.example:8443/web:5\": rpc error: code = Unknown desc = Error response from daemon: Get \"https://registry.lab.example:8443/v2/\": x509: certificate has expired or is not yet valid: current time 2025-03-02T10:11:12Z is after 2025-03-01T00:00:00Z", "registry.lab.example:8443"),
        ],
        NearMisses = [Example.Image("Failed to pull image \"registry.lab.example/certificate:5\": rpc error: code = Unknown desc = Error response from daemon: Get \"https://registry.lab.example/v2/\": net/http: TLS handshake timeout")],
    };
}
