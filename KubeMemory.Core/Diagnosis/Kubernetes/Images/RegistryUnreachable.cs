using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class RegistryUnreachable
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "registry-unreachable",
        Title = "The registry cannot be reached",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues =
        [
            Clue.Event("(?i)(?<how>connection refused|no route to host|network is unreachable|i/o timeout|TLS handshake timeout|Client\\.Timeout exceeded|connection timed out|connection reset by peer|context deadline exceeded|request canceled while waiting for connection|operation timed out|proxyconnect tcp)"),
            Clue.Event("(?i)(?:failed to do request|Error response from daemon|error pinging docker registry)[^\\n]*(?<how>timeout|unexpected EOF|: EOF)"),
            Clue.Event("RegistryUnavailable|registry is unavailable"),
        ],
        Unless = [ImageClue.NoName, ImageClue.BadCertificate, ImageClue.RateLimited],
        Specificity = 45,
        Verdict = Verdict.Confirmed,
        Cause = "The node gets no answer from the registry {registry}[: {how}]. The registry is down, or a firewall, proxy or route between them is closed.",
        Thing = "registry",
        Refine = ImageFacts.Complete,
        Steps =
        [
            new("See whether pods on other nodes, or of other registries, wait too: that tells the registry's fault from the node's.", "kubectl get events --all-namespaces --field-selector reason=Failed"),
            Step.DescribePod,
            new("From the node, ask the registry: curl -v https://{registry}/v2/ (401 is a good answer)."),
            new("Check the proxy settings of the container runtime, the firewall's and the network's egress rules for {registry}."),
        ],
        Prevention = ["Mirror the images that must start at any time, and alert on failing pulls per registry."],
        Documentation = Page.Of("concepts/containers/images/"),
        Samples =
        [
            Example.Image("Failed to pull image \"registry.acme.io:5000/web:5\": rpc error: code = Unknown desc = failed to pull and unpack image \"registry.acme.io:5000/web:5\": failed to resolve reference \"registry.acme.io:5000/web:5\": failed to do request: Head \"https://registry.acme.io:5000/v2/web/manifests/5\": dial tcp 10.3.0.7:5000: connect: connection refused", "registry.acme.io:5000"),
            Example.Image("Failed to pull image \"nginx:1.27\": rpc error: code = Unknown desc = Error response from daemon: Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)", "registry-1.docker.io"),
            Example.Image("Failed to pull image \"quay.io/acme/web:5\": rpc error: code = Unknown desc = pinging container registry quay.io: Get \"https://quay.io/v2/\": dial tcp 34.225.41.113:443: i/o timeout", "quay.io"),
        ],
        NearMisses =
        [
            Example.Image("Failed to pull image \"nginx:1.27\": Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: read udp 10.0.1.9:41000->10.0.0.2:53: i/o timeout"),
            Example.Image("Failed to pull image \"acme/timeout:5\": rpc error: code = NotFound desc = failed to resolve reference \"docker.io/acme/timeout:5\": docker.io/acme/timeout:5: not found"),
        ],
    };
}
