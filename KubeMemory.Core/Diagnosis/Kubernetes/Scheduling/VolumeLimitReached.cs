using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class VolumeLimitReached
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-limit-reached",
        Title = "The nodes carry as many volumes as they can",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("exceed(?:ed)? max volume count|MaxVolumeCount")],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "Every node that could take the pod has as many volumes attached as its machine type or storage driver allows. [{count} of {nodes} nodes say so.] [Other nodes: {besides}.]",
        Refine = SchedulerCause.Of(BlockKind.VolumeLimit),
        Steps =
        [
            new("See how many volumes each node may have.", "kubectl get csinodes -o yaml"),
            new("See which are attached where.", "kubectl get volumeattachments"),
            new("Add a node, or move pods with volumes away."),
        ],
        Prevention = ["Choose machine types by the number of volumes too, and watch attachments that stay behind."],
        Documentation = Page.Of("concepts/storage/storage-limits/"),
        Samples = [Example.Scheduling("0/3 nodes are available: 3 node(s) exceed max volume count. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.")],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 Too many pods.")],
    };
}
