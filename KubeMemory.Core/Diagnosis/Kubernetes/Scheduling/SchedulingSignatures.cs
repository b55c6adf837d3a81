namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class SchedulingSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        ClaimMissing.Instance,
        DeviceClaimUnallocated.Instance,
        HostPortTaken.Instance,
        InsufficientCpu.Instance,
        InsufficientEphemeralStorage.Instance,
        InsufficientExtendedResource.Instance,
        InsufficientMemory.Instance,
        KubeletRefused.Instance,
        NoNodes.Instance,
        NoVolumeFits.Instance,
        NodeAffinityUnmatched.Instance,
        NodeSelectorUnmatched.Instance,
        NodesCordoned.Instance,
        NodesInTrouble.Instance,
        PodAffinityUnmatched.Instance,
        PodAntiAffinityConflict.Instance,
        TooManyPods.Instance,
        TopologySpreadUnmet.Instance,
        UnboundClaim.Instance,
        UntoleratedTaint.Instance,
        VolumeBindingTimedOut.Instance,
        VolumeLimitReached.Instance,
        VolumeZoneConflict.Instance,
    ];
}
