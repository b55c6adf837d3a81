namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class Preempted
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "preempted-by-higher-priority",
        Title = "A pod of higher priority took its place",
        Area = SignatureArea.Node,
        Types = Leaving.Types,
        Clues =
        [
            Clue.Event("Preempted by (?:pod (?<winner>[0-9a-f]+-[-0-9a-f]*[0-9a-f])|(?<winner>[-\\w.]+/[-\\w.]*\\w))(?: on node (?<node>[-\\w.]*\\w))?"),
            Clue.Event("(?i)preempted by |preempting to accommodate a higher priority pod|preempted in order to admit critical pod|preempted to make room"),
        ],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "A pod of higher priority needed the room on the node[ {node}], and the scheduler removed this one[: {winner}].",
        Thing = "winner",
        Steps =
        [
            new("See the priority classes and who uses them.", "kubectl get priorityclasses"),
            new("See the priorities of the pods.", "kubectl get pods --all-namespaces -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,PRIORITY:.spec.priority,NODE:.spec.nodeName"),
            Step.Edit("Give the workload the priority it deserves, or add nodes so that both fit."),
        ],
        Prevention = ["Use few priority classes, with preemptionPolicy Never where waiting is good enough, and keep room for the important ones."],
        Documentation = Page.Of("concepts/scheduling-eviction/pod-priority-preemption/"),
        Samples = [Example.Killed("Preempted by pod 7f1c2e0a-2c8d-4a7e-a9c7-3d6b1f0e5a44 on node worker-2", "7f1c2e0a-2c8d-4a7e-a9c7-3d6b1f0e5a44"), Example.Killed("Preempted by payments/ledger-0 on node worker-2", "payments/ledger-0"), Example.Killed("default-scheduler: preempting to accommodate a higher priority pod")],
        NearMisses = [Example.Killed("Pod was terminated in response to imminent node shutdown.")],
    };
}
