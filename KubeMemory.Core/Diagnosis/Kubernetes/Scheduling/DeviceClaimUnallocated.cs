using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class DeviceClaimUnallocated
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "device-claim-unallocated",
        Title = "A device that the pod claims cannot be allocated",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues =
        [
            Clue.Event($"""(?i)resourceclaim {Fragment.MaybeQuote}(?:[^\s"'/]+/)?(?<claim>{Fragment.Name}){Fragment.MaybeQuote} (?:not found|is being deleted|in use)"""),
            Clue.Event("cannot allocate all claims|waiting for dynamic resource controller to create the resourceclaim|resourceclaim [^\n]*not (?:found|allocated)"),
        ],
        Specificity = 43,
        Verdict = Verdict.Confirmed,
        Cause = "The pod claims a device through a ResourceClaim, and it cannot be allocated: no node has a free device of the class, or the claim does not exist.",
        Thing = "claim",
        Steps =
        [
            new("See the claims and whether they are allocated.", "kubectl get resourceclaims -n {namespace}"),
            new("See which devices the nodes offer.", "kubectl get resourceslices"),
        ],
        Prevention = ["Keep the device driver running on every node with devices, and free claims of finished work."],
        Documentation = Page.Of("concepts/scheduling-eviction/dynamic-resource-allocation/"),
        Samples = [Example.Scheduling("0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 cannot allocate all claims. still not schedulable, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.")],
        NearMisses = [Example.Scheduling("0/4 nodes are available: persistentvolumeclaim \"gpu-cache\" not found.")],
    };
}
