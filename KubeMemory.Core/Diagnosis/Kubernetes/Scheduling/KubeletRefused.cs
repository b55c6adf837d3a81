using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class KubeletRefused
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "kubelet-refused-pod",
        Title = "The node refused the pod that was placed on it",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling, IncidentType.PreemptedOrKilled, IncidentType.Unknown],
        Clues =
        [
            Clue.Event(@"Node didn't have enough resource: (?<resource>[^,\s]+), requested: (?<asked>[0-9]+), used: (?<used>[0-9]+), capacity: (?<capacity>[0-9]+)"),
            Clue.Event("Predicate (?<resource>[A-Za-z]+) failed"),
            Clue.Event(@"Allocate failed due to [^\n]*?for (?<resource>[a-z0-9.-]+/[-a-z0-9.]*[a-z0-9])"),
            Clue.Event("Allocate failed due to "),
        ],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "The pod was placed on a node whose kubelet refused it[ for want of {resource}][: it asks for {asked}, and {used} of {capacity} are used]. The scheduler's picture of the node was not the kubelet's: a static pod, a device or another scheduler took the room.",
        Thing = "resource",
        Steps =
        [
            Step.DescribeNode,
            Step.DescribePod,
            new("A refused pod stays as Failed and is replaced by its controller; remove it when it is no longer needed.", "kubectl delete pod {pod} -n {namespace}", Changes: true),
        ],
        Prevention = ["Place pods by the scheduler only (no nodeName in templates), and count static pods in the node's reserved resources."],
        Documentation = Page.Of("concepts/scheduling-eviction/kube-scheduler/"),
        Samples =
        [
            Example.Scheduling("Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 1900, capacity: 3920", "cpu"),
            Example.Scheduling("Node didn't have enough resource: memory, requested: 4294967296, used: 3865470566, capacity: 7516192768", "memory"),
        ],
        NearMisses = [Example.Scheduling("0/1 nodes are available: 1 Insufficient cpu.")],
    };
}
