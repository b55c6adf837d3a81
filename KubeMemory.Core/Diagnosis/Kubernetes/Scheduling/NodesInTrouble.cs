using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class NodesInTrouble
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "nodes-in-trouble",
        Title = "The nodes that could take the pod are in trouble",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues =
        [
            Clue.Event(@"taint \{(?<taint>node\.kubernetes\.io/(?:not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure|network-unavailable|out-of-disk|out-of-service)|node\.cloudprovider\.kubernetes\.io/[a-z]+):"),
            Clue.Event("node\\(s\\) (?:were |had )?(?<taint>not ready|disk pressure|memory pressure|pid pressure|network unavailable)"),
        ],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "Kubernetes itself has closed the nodes that could take the pod, because they are in trouble: {taint}. [{count} of {nodes} nodes say so.] [Other nodes: {besides}.]",
        Thing = "taint",
        Refine = SchedulerCause.Of(BlockKind.NodeTrouble, "taint"),
        Steps =
        [
            new("See which nodes are in trouble.", "kubectl get nodes -o wide"),
            new("Read their conditions: they say since when and why.", "kubectl describe nodes"),
            new("On the node, read what the kubelet says (journalctl -u kubelet)."),
        ],
        Prevention = ["Alert on node conditions, and let the pool replace nodes that stay unready."],
        Documentation = Page.Of("concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions"),
        Samples =
        [
            Example.Scheduling("0/2 nodes are available: 2 node(s) had untolerated taint {node.kubernetes.io/not-ready: }. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.", "node.kubernetes.io/not-ready"),
            Example.Scheduling("0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 node(s) had taint {node.kubernetes.io/disk-pressure: }, that the pod didn't tolerate.", "node.kubernetes.io/disk-pressure"),
        ],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 node(s) had untolerated taint {example.com/not-ready: true}.")],
    };
}
