using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class NodesCordoned
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "nodes-cordoned",
        Title = "The nodes are cordoned",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event(@"node\(s\) were unschedulable|node\.kubernetes\.io/unschedulable")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "The nodes that could take the pod are cordoned: somebody, or a drain or an upgrade, has marked them as unschedulable. [{count} of {nodes} nodes are.] [Cordoned: {node}.] [Other nodes: {besides}.]",
        Thing = "node",
        Refine = SchedulerCause.OfCordon,
        Steps =
        [
            new("See which nodes are cordoned (SchedulingDisabled).", "kubectl get nodes"),
            new("Find out who cordoned them and whether an upgrade or a drain is under way.", "kubectl describe nodes"),
            new("When the work on it is done, open the node again.", "kubectl uncordon <node>", Changes: true),
        ],
        Prevention = ["End every drain with an uncordon or the node's removal, and drain no more nodes at a time than the rest can carry."],
        Documentation = Page.Of("tasks/administer-cluster/safely-drain-node/"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: 3 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."),
            Example.Scheduling("0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }.", "worker-4")
                .And(EvidenceKind.NodeCondition, "the pod asks for: cpu 1\nnode worker-1: cpu 2 allocatable, 2 requested, 0 left\nnode worker-4 (cordoned): cpu 2 allocatable, 0 requested, 2 left\nseen: 9 pods, of the namespaces kube-system, shop"),
        ],
        NearMisses = [Example.Scheduling("0/5 nodes are available: 1 node(s) were unschedulable, 4 Insufficient cpu.")],
    };
}
