using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class RegistryNameUnresolved
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "registry-name-unresolved",
        Title = "The registry's name is not resolved",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff],
        Clues = [ImageClue.NoName],
        Specificity = 47,
        Verdict = Verdict.Confirmed,
        Cause = "The node cannot resolve the name {host}, so that the image is not pulled: the name is wrong, or the DNS server that the node uses does not know it or does not answer. Pulls use the node's own DNS, not the cluster's.",
        Thing = "host",
        Refine = ImageFacts.Complete,
        Steps =
        [
            new("Look for a typing error in the image's registry.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See whether other pods on the node pull from the same registry.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("On the node, ask for the name: resolvectl query {host}, and read /etc/resolv.conf."),
        ],
        Prevention = ["Give nodes two DNS servers that know your private names, and do not name registries by a Service of the cluster: nodes do not resolve these."],
        Documentation = Page.Of("concepts/containers/images/#image-names"),
        Samples =
        [
            Example.Image("Failed to pull image \"harbor.corp.example/web:5\": rpc error: code = Unknown desc = failed to pull and unpack image \"harbor.corp.example/web:5\": failed to resolve reference \"harbor.corp.example/web:5\": failed to do request: Head \"https://harbor.corp.example/v2/web/manifests/5\": dial tcp: lookup harbor.corp.example on 10.0.0.2:53: no such host", "harbor.corp.example"),
            Example.Image("Failed to pull image \"harbor.corp.example/web:5\": rpc error: code = Unknown desc = Error response from daemon: Get https://harbor.corp.example/v2/: dial tcp: lookup harbor.corp.example: Temporary failure in name resolution", "harbor.corp.example"),
        ],
        NearMisses = [Example.Image("Failed to pull image \"harbor.corp.example/web:5\": failed to do request: Head \"https://harbor.corp.example/v2/web/manifests/5\": dial tcp 10.0.0.7:443: connect: no route to host")],
    };
}
