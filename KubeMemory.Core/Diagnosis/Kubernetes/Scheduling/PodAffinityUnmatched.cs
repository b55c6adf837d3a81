using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class PodAffinityUnmatched
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "pod-affinity-unmatched",
        Title = "The pods that it must stand beside are on no node that takes it",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("didn't match pod affinity rules|didn't match pod affinity/anti-affinity")],
        Specificity = 42,
        Verdict = Verdict.Confirmed,
        Cause = "The pod requires to stand beside other pods (pod affinity), and no node that is free to take it has any of them. [{count} of {nodes} nodes say so.] [Other nodes: {besides}.]",
        Refine = (incident, facts) => SchedulerCause.Of(BlockKind.PodAffinity)(incident, facts)
            ?? (SchedulerCause.AsksForPodAffinityOnly(incident) ? SchedulerCause.Of(BlockKind.PodAffinityOfEitherKind)(incident, facts) : null),
        Steps =
        [
            new("Read the pod affinity: which labels it looks for, and in which topology.", "kubectl get pod {pod} -o yaml -n {namespace}"),
            new("See where pods with these labels run.", "kubectl get pods -o wide --show-labels -n {namespace}"),
            Step.Edit("Correct the labels, or make the affinity preferred instead of required."),
        ],
        Prevention = ["Require pod affinity only where the pod cannot work elsewhere."],
        Documentation = Page.Of("concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity"),
        Samples = [Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match pod affinity rules. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.")],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.")],
    };
}
