using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class UntoleratedTaint
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "untolerated-taint",
        Title = "The pod does not tolerate the nodes' taint",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event(@"(?:had (?:untolerated )?taints? |taints?\(s\)? ?)(?:\{(?<key>[^:{} ]+): *[^{}]*\}|that the pod didn't tolerate)"), Clue.Event(@"had untolerated taint")],
        Specificity = 41,
        Verdict = Verdict.Confirmed,
        Cause = "The nodes that could take the pod carry a taint that it does not tolerate[: {taint}]. [{count} of {nodes} nodes have it.] [Other nodes: {besides}.]",
        Thing = "taint",
        Refine = SchedulerCause.OfTaint,
        Steps =
        [
            new("See the taints of the nodes.", "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints"),
            new("See what the workload tolerates.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            Step.Edit("If the pod belongs on these nodes, add a toleration for the taint; if not, add nodes without it."),
        ],
        Prevention = ["Give every workload that is meant for a tainted pool its toleration and node selector together, in one template."],
        Documentation = Page.Of("concepts/scheduling-eviction/taint-and-toleration/"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: batch}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.", "dedicated=batch"),
            Example.Scheduling("0/1 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate.", "node-role.kubernetes.io/master"),
            Example.Scheduling("0/6 nodes are available: 2 node(s) had untolerated taint {nvidia.com/gpu: present}, 4 Insufficient nvidia.com/gpu.", "nvidia.com/gpu=present"),
            Example.Scheduling("0/9 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 6 node(s) had untolerated taint {kubernetes.azure.com/scalesetpriority: spot}.", "kubernetes.azure.com/scalesetpriority=spot"),
        ],
        NearMisses =
        [
            Example.Scheduling("0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient memory."),
            Example.Scheduling("0/2 nodes are available: 2 node(s) had untolerated taint {node.kubernetes.io/not-ready: }."),
        ],
    };
}
