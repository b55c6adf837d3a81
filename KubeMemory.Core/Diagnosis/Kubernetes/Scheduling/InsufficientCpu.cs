using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class InsufficientCpu
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "insufficient-cpu",
        Title = "No node has enough cpu left",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event(@"Insufficient (?<resource>cpu)\b")],
        Specificity = 42,
        Verdict = Verdict.Confirmed,
        Cause = "No node that may take the pod has enough cpu that other pods have not reserved. [It asks for {asks} cpu.] [It asks for {requested} cpu; node {node} has {allocatable} allocatable, {taken} of it requested by others, {free} left.] [{partial}] [{too_big}] [{fits}] [Other nodes: {besides}.]",
        Thing = "resource",
        Refine = SchedulerCause.OfResource(resource => resource == "cpu"),
        Steps =
        [
            new("Compare what the pod asks for with what is reserved on each node: requests count, not use.", "kubectl describe nodes"),
            Step.DescribePod,
            new("See what the containers of the workload really use; a request far above it can be lowered.", "kubectl top pods --containers -n {namespace}"),
            Step.Edit("Lower the cpu request where it is larger than the need."),
            new("Or make room: fewer replicas of something less important, or one more node.", "kubectl scale {kind} {workload} --replicas=<n> -n {namespace}", Changes: true),
        ],
        Prevention = ["Set requests from measured use, and let a cluster autoscaler add nodes before they are full.", "Watch the share of allocatable cpu that is requested, and alert before it reaches 90 %."],
        Documentation = Page.Of("concepts/configuration/manage-resources-containers/#my-pods-are-pending-with-event-message-failedscheduling"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.", "cpu"),
            Example.Scheduling("0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 Insufficient cpu.", "cpu"),
            Example.Scheduling("0/6 nodes are available: 2 Insufficient cpu, 4 node(s) didn't match Pod's node affinity/selector.", "cpu"),
        ],
        NearMisses =
        [
            Example.Scheduling("0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."),
            Example.Scheduling("0/3 nodes are available: 3 node(s) had untolerated taint {pool: cpu}."),
        ],
    };
}
