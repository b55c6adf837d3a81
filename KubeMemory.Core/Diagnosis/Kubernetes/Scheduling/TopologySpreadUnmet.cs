using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class TopologySpreadUnmet
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "topology-spread-unmet",
        Title = "No node keeps the required spread",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("didn't match pod topology spread constraints")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "A topology spread constraint forbids every node that could take the pod: the replicas would stand less evenly than maxSkew allows, or nodes lack the topology label. [{count} of {nodes} nodes say so.] [Other nodes: {besides}.]",
        Refine = SchedulerCause.Of(BlockKind.Spread),
        Steps =
        [
            new("See how the replicas are spread now.", "kubectl get pods -o wide -n {namespace}"),
            new("Read topologySpreadConstraints: maxSkew, topologyKey, whenUnsatisfiable.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See which nodes have the topology label.", "kubectl get nodes --show-labels"),
            Step.Edit("Raise maxSkew or set whenUnsatisfiable to ScheduleAnyway, or make room in the domain that has the fewest."),
        ],
        Prevention = ["Use ScheduleAnyway where an uneven spread is better than a missing replica, and keep room in each zone."],
        Documentation = Page.Of("concepts/scheduling-eviction/topology-spread-constraints/"),
        Samples =
        [
            Example.Scheduling("0/6 nodes are available: 2 Insufficient cpu, 4 node(s) didn't match pod topology spread constraints. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod."),
            Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label)."),
        ],
        NearMisses = [Example.Scheduling("0/6 nodes are available: 1 node(s) didn't match pod topology spread constraints, 5 Insufficient memory.")],
    };
}
