using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class InsufficientMemory
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "insufficient-memory",
        Title = "No node has enough memory left",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event(@"Insufficient (?<resource>memory)\b")],
        Specificity = 42,
        Verdict = Verdict.Confirmed,
        Cause = "No node that may take the pod has enough memory that other pods have not reserved. [It asks for {asks} memory.] [It asks for {requested} memory; node {node} has {allocatable} allocatable, {taken} of it requested by others, {free} left.] [{partial}] [{too_big}] [{fits}] [Other nodes: {besides}.]",
        Thing = "resource",
        Refine = SchedulerCause.OfResource(resource => resource == "memory"),
        Steps =
        [
            new("Compare what the pod asks for with what is reserved on each node: requests count, not use.", "kubectl describe nodes"),
            Step.DescribePod,
            new("See what the containers of the workload really use.", "kubectl top pods --containers -n {namespace}"),
            Step.Edit("Lower the memory request where it is larger than the need."),
            new("Or make room: fewer replicas of something less important, or one more node.", "kubectl scale {kind} {workload} --replicas=<n> -n {namespace}", Changes: true),
        ],
        Prevention = ["Set memory requests from measured use, and keep room for one node's loss.", "Let a cluster autoscaler add nodes before they are full."],
        Documentation = Page.Of("concepts/configuration/manage-resources-containers/#my-pods-are-pending-with-event-message-failedscheduling"),
        Samples =
        [
            Example.Scheduling("0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.", "memory"),
            Example.Scheduling("0/5 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable, 3 Insufficient memory.", "memory"),
        ],
        NearMisses = [Example.Scheduling("0/2 nodes are available: 1 Insufficient memory, 2 Insufficient cpu."), Example.Scheduling("0/2 nodes are available: 2 Insufficient hugepages-2Mi.")],
    };
}
