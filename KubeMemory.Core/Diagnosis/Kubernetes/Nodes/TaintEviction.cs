namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class TaintEviction
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "evicted-by-taint",
        Title = "A taint on the node removed the pod",
        Area = SignatureArea.Node,
        Types = Leaving.Types,
        Clues = [Clue.Event("(?i)taint manager: deleting due to NoExecute taint|Taint ?ManagerEviction|Marking for deletion Pod (?<pod_name>\\S*\\w)|deleting (?:pod )?due to (?:NoExecute )?taint|DeletionByTaintManager")],
        Specificity = 56,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] got a taint with the effect NoExecute that the pod does not tolerate (any longer), so that it was removed. Mostly Kubernetes sets it itself, when a node is unready or unreachable for 5 minutes.",
        Thing = "node",
        Steps = [Step.DescribeNode, new("See the taints of all nodes.", "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints"), new("See whether the workload runs elsewhere by now.", "kubectl get pods -o wide -n {namespace}")],
        Prevention = ["Let unhealthy nodes be replaced, and run at least two replicas on different nodes."],
        Documentation = Page.Of("concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions"),
        Samples = [Example.Killed("Taint manager: deleting due to NoExecute taint", "worker-2"), Example.Killed("Marking for deletion Pod shop/web-6c8f9d7b5-x2x4k", "worker-2")],
        NearMisses = [Example.Killed("Preempted by payments/ledger-0 on node worker-2")],
    };
}
