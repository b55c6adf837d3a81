using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class NodeNotReady
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "node-not-ready",
        Title = "The pod's node is not ready",
        Area = SignatureArea.Node,
        Types = [IncidentType.NodePressure, IncidentType.PreemptedOrKilled, IncidentType.Evicted],
        Clues = [Clue.Event("^(?:\\(combined from similar events\\): )?Node is not ready"), Clue.Event("(?i)Kubelet stopped posting node status|node (?<node>[-\\w.]*\\w) which was running pod [^\\n]* is unresponsive|NodeStatusUnknown|container runtime is down|PLEG is not healthy|node [^\\n]* status is now: NodeNotReady"), Clue.Of(ClueSource.Node, "(?:^|\\n)Ready: (?:False|Unknown) since")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] of the pod is not ready: its kubelet has stopped telling that it is well, or tells that the container runtime or network is not. Its pods are moved away after some minutes.",
        Thing = "node",
        Steps =
        [
            Step.DescribeNode,
            new("See whether other nodes are in trouble too.", "kubectl get nodes -o wide"),
            new("On the node: systemctl status kubelet containerd, free memory and disk; or see the machine in the cloud's console."),
        ],
        Prevention = ["Let unhealthy nodes be replaced, run at least two replicas on different nodes, and reserve resources for the system."],
        Documentation = Page.Of("concepts/architecture/nodes/#condition"),
        Samples = [Example.Of(IncidentType.NodePressure, "Node is not ready", "worker-2"), Example.Of(IncidentType.PreemptedOrKilled, "Node worker-2 which was running pod web-6c8f9d7b5-x2x4k is unresponsive", "worker-2")],
        NearMisses = [Example.Of(IncidentType.NodePressure, "The node had condition: [DiskPressure].")],
    };
}
