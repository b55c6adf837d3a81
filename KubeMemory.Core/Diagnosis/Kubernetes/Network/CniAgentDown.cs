namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class CniAgentDown
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "network-agent-down",
        Title = "The network plugin's agent on the node does not answer",
        Area = SignatureArea.Network,
        Types = Sandbox.Types,
        Clues =
        [
            Clue.Event("(?i)(?<plugin>ovn-kubernetes)[^\\n]*(?:failed to get pod annotation|timed out waiting for annotations|timed out waiting for OVS)"),
            Clue.Event("(?i)plugin type=\\\\*\"(?<plugin>[-\\w]+)\\\\*\"[^\\n]*(?:dial (?:tcp|unix) (?:127\\.0\\.0\\.1|\\[?::1\\]?|/(?:var/)?run/)|connection refused|(?:unable|failed) to connect to [\\w ]*(?:daemon|agent)|is the agent running|cilium\\.sock)"),
            Clue.Event("(?i)(?:cni|sandbox|network)[^\\n]*(?:/run/(?<plugin>flannel)/subnet\\.env|/var/lib/(?<plugin>calico)/nodename|/run/(?<plugin>cilium)/)[^\\n]*no such file|is the agent running\\?|check that the calico/node container is running"),
            Clue.Event("(?i)(?:networkPlugin cni|failed to set ?up (?:pod|sandbox|network)|setup network for sandbox)[^\\n]*dial (?:tcp 127\\.0\\.0\\.1:[0-9]+|unix [^\\s:]+): connect: (?:connection refused|no such file)"),
        ],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The network plugin[ {plugin}] cannot set up the pod's network, because its agent on the node[ {node}] does not run or is not ready.",
        Thing = "node",
        Steps =
        [
            new("See whether the agent's pod runs on the node.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("Read why it does not.", "kubectl logs <pod of the network plugin> --previous -n kube-system"),
            Step.DescribeNode,
            new("Start it anew.", "kubectl delete pod <pod of the network plugin> -n kube-system", Changes: true),
        ],
        Prevention = ["Give the network plugin's DaemonSet the class system-node-critical and enough memory, and alert when it is not ready on a node."],
        Documentation = Page.Of("concepts/extend-kubernetes/compute-storage-net/network-plugins/"),
        Samples =
        [
            Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"aws-cni\" name=\"aws-cni\" failed (add): add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused\"", "worker-2"),
            Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container \"5ab1\" network for pod \"web\": networkPlugin cni failed to set up pod \"web_shop\" network: open /run/flannel/subnet.env: no such file or directory", "worker-2"),
            Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"calico\" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/", "worker-2"),
        ],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image \"registry.k8s.io/pause:3.9\": failed to pull image \"registry.k8s.io/pause:3.9\": dial tcp 34.96.108.209:443: connect: connection refused")],
    };
}
