using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class HostPortTaken
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "host-port-taken",
        Title = "The host port is taken on every node",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("didn't have free ports for the requested pod ports|Predicate NodePorts failed|PodFitsHostPorts")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "The pod asks for a port of the host itself, and on every node that could take it another pod holds that port. [{count} of {nodes} nodes say so.] [Other nodes: {besides}.]",
        Refine = SchedulerCause.Of(BlockKind.HostPort),
        Steps =
        [
            new("Read which hostPort the pod asks for (with hostNetwork every container port is one).", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("Find who holds it.", "kubectl get pods --all-namespaces -o wide"),
            new("No more replicas than nodes fit: scale down.", "kubectl scale {kind} {workload} --replicas=<n> -n {namespace}", Changes: true),
            Step.Edit("Or drop the hostPort and use a Service; in a rollout allow the old pod to go first (maxUnavailable 1, maxSurge 0)."),
        ],
        Prevention = ["Use Services instead of host ports; where a host port is needed, run a DaemonSet or set maxSurge to 0."],
        Documentation = Page.Of("concepts/configuration/overview/#services"),
        Samples = [Example.Scheduling("0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't have free ports for the requested pod ports. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.")],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 Insufficient cpu.")],
    };
}
