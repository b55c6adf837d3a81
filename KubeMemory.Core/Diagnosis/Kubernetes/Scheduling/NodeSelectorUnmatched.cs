using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class NodeSelectorUnmatched
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "node-selector-unmatched",
        Title = "No node has the labels of the node selector",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("didn't match (?:[Pp]od's )?node (?:affinity/)?selector|MatchNodeSelector"), Clue.Event("didn't match Pod's node affinity")],
        Requires = [Clue.Spec(@"(?:^|\n)node selector: (?<selector>[^\n,]+(?:, [^\n,]+)*)")],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "The pod may only run on nodes with the labels {selector}, and none that is free to take it has them. [{count} of {nodes} nodes do not match.] [Other nodes: {besides}.]",
        Thing = "selector",
        Refine = SchedulerCause.Of(BlockKind.Affinity),
        Steps =
        [
            new("See the labels of the nodes.", "kubectl get nodes --show-labels"),
            Step.Template,
            Step.Edit("Correct the node selector."),
            new("Or label the node that the pod is meant for.", "kubectl label node <node> <key>=<value>", Changes: true),
        ],
        Prevention = ["Set labels by the node pool's configuration, not by hand, so that replaced nodes have them too."],
        Documentation = Page.Of("concepts/scheduling-eviction/assign-pod-node/#nodeselector"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.", "disk=nvme")
                .And(EvidenceKind.PodSpec, "container web\n  image: registry.example.com/shop/web:1.4.2\n  requests: cpu=100m\nnode selector: disk=nvme"),
            Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match node selector.", "pool=render, zone=b")
                .And(EvidenceKind.PodSpec, "container web\n  image: registry.example.com/shop/web:1.4.2\nnode selector: pool=render, zone=b\ntolerations: []"),
        ],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match pod affinity rules.").And(EvidenceKind.PodSpec, "container web\nnode selector: disk=nvme")],
    };
}
