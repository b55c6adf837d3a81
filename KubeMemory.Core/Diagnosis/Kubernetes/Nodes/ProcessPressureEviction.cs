namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class ProcessPressureEviction
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "evicted-node-processes",
        Title = "The node ran out of process ids and evicted the pod",
        Area = SignatureArea.Node,
        Types = Leaving.Types,
        Clues = [Clue.Event("low on resource: (?:\\[?PIDPressure|pids)|had condition: \\[[^\\]]*PIDPressure")],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] ran short of process ids, and its kubelet evicted the pod: something on it starts processes or threads without end.",
        Thing = "node",
        Steps = [Step.DescribeNode, new("See which pods stand on the node.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"), new("On the node, count processes and threads per cgroup: systemd-cgtop --order=tasks.")],
        Prevention = ["Set podPidsLimit in the kubelet's configuration."],
        Documentation = Page.Of("concepts/policy/pid-limiting/"),
        Samples = [Example.Evicted("The node was low on resource: pids. Threshold quantity: 3276, available: 1204.", "worker-2"), Example.Evicted("The node had condition: [PIDPressure].", "worker-2")],
        NearMisses = [Example.Evicted("The node had condition: [MemoryPressure].")],
    };
}
