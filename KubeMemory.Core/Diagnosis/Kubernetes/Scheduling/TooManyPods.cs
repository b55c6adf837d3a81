using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class TooManyPods
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "too-many-pods",
        Title = "The nodes hold as many pods as they may",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("Too many (?<resource>pods)")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "The nodes that may take the pod hold as many pods as their kubelet allows, whatever cpu and memory they have left. [Node {node} allows {allocatable} and holds {taken}.] [{partial}] [Other nodes: {besides}.]",
        Thing = "resource",
        Refine = SchedulerCause.OfPods,
        Steps =
        [
            new("See how many pods each node allows.", "kubectl get nodes -o custom-columns=NAME:.metadata.name,PODS:.status.allocatable.pods"),
            new("See what fills them; finished pods do not count, stuck ones do.", "kubectl get pods --all-namespaces -o wide"),
            new("Remove what is not needed, add a node, or raise maxPods where addresses allow it (on EKS: prefix delegation).", "kubectl scale {kind} {workload} --replicas=<n> -n {namespace}", Changes: true),
        ],
        Prevention = ["Size nodes by pods as well as by cpu and memory; on clouds the number of addresses per node sets the limit."],
        Documentation = Page.Of("setup/best-practices/cluster-large/"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: 3 Too many pods. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.", "pods"),
            Example.Scheduling("0/5 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 4 Too many pods.", "pods"),
        ],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 1 Too many pods, 2 Insufficient memory.")],
    };
}
