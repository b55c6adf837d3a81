using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class PodAntiAffinityConflict
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "pod-anti-affinity-conflict",
        Title = "Every node holds a pod that it must keep away from",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("didn't match pod anti-affinity rules|didn't satisfy existing pods anti-affinity rules|didn't match pod affinity/anti-affinity")],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "Pod anti-affinity keeps it away: every node that could take the pod holds one that it may not stand beside, often another replica of its own. [{count} of {nodes} nodes say so.] [Other nodes: {besides}.]",
        Refine = (incident, facts) => SchedulerCause.Of(BlockKind.PodAntiAffinity)(incident, facts)
            ?? (SchedulerCause.AsksForPodAffinityOnly(incident) ? null : SchedulerCause.Of(BlockKind.PodAffinityOfEitherKind)(incident, facts)),
        Steps =
        [
            new("See on which nodes the other replicas run.", "kubectl get pods -o wide -n {namespace}"),
            new("Read the anti-affinity and its topology key.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("No more replicas than nodes (or zones) fit: scale down, or add nodes.", "kubectl scale {kind} {workload} --replicas=<n> -n {namespace}", Changes: true),
            Step.Edit("Or make the anti-affinity preferred instead of required; a rolling update needs a spare node too."),
        ],
        Prevention = ["Use topology spread constraints or preferred anti-affinity, and allow maxUnavailable in the rollout where there is no spare node."],
        Documentation = Page.Of("concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."),
            Example.Scheduling("0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 node(s) didn't match pod affinity/anti-affinity, 3 node(s) didn't satisfy existing pods anti-affinity rules."),
        ],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match pod affinity rules.")],
    };
}
