using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class VolumeZoneConflict
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-zone-conflict",
        Title = "The volume is bound to another zone or node",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("volume node affinity conflict|no available volume zone|NoVolumeZoneConflict")],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "The pod's volume[ (claim {claim})] can be used in one zone or on one node only, and no node there takes the pod. [{count} of {nodes} nodes are elsewhere.] [Other nodes: {besides}.]",
        Thing = "claim",
        Refine = SchedulerCause.OfClaim(BlockKind.VolumeZone),
        Steps =
        [
            new("Find the pod's claims and their volumes.", "kubectl get pvc -n {namespace}"),
            new("Read to which zone or node the volume is bound (Node Affinity).", "kubectl describe pv"),
            new("See which nodes are there, and whether they are full, cordoned or tainted.", "kubectl get nodes -L topology.kubernetes.io/zone"),
            new("Bring back or add a node in the volume's zone; or restore the data to a new volume where nodes are."),
        ],
        Prevention = ["Use a StorageClass with volumeBindingMode WaitForFirstConsumer, and keep at least one node of the pool in each zone that has volumes."],
        Documentation = Page.Of("concepts/storage/storage-classes/#volume-binding-mode"),
        Samples =
        [
            Example.Scheduling("0/5 nodes are available: 2 Insufficient memory, 3 node(s) had volume node affinity conflict. preemption: 0/5 nodes are available: 2 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling."),
            Example.Scheduling("0/3 nodes are available: 3 node(s) had no available volume zone."),
        ],
        NearMisses = [Example.Scheduling("0/5 nodes are available: 5 node(s) didn't match Pod's node affinity/selector.")],
    };
}
