namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class CniNotReady
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "network-plugin-not-ready",
        Title = "The node's network plugin is not ready",
        Area = SignatureArea.Network,
        Types = Sandbox.Types,
        Clues = [Clue.Event("(?i)cni plugin not initialized|cni config uninitialized|NetworkPluginNotReady|network is not ready|no networks? found in /etc/cni|plugin is not ready: cni|CNI plugin is not ready|NetworkReady=false")],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The network plugin of the node[ {node}] has not set itself up: its pod does not run there, or has written no configuration to /etc/cni/net.d.",
        Thing = "node",
        Steps =
        [
            Step.DescribeNode,
            new("See whether the network plugin's pod runs on the node.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("Read its log (calico-node, cilium, aws-node, kube-flannel …).", "kubectl logs <pod of the network plugin> -n kube-system"),
            new("On the node: ls /etc/cni/net.d /opt/cni/bin."),
        ],
        Prevention = ["Give the network plugin's DaemonSet the class system-node-critical and tolerations for every taint, and let nodes take pods only when it runs."],
        Documentation = Page.Of("concepts/extend-kubernetes/compute-storage-net/network-plugins/"),
        Samples = [Example.Sandbox("network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized", "worker-2"), Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": cni config uninitialized", "worker-2")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"calico\" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized")],
    };
}
