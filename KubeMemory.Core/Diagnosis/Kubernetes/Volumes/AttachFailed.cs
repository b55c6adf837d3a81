using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class AttachFailed
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-attach-failed",
        Title = "The storage cannot attach the volume",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues = [Clue.Event("AttachVolume\\.(?:Attach|NewAttacher|FindAttachablePluginBySpec) failed for volume \"(?<volume>[^\"]+)\" : (?:rpc error: code = \\w+ desc = )?(?<error>[^\\n]*[^\\s.])"), Clue.Event("AttachVolume\\.\\w+ failed")],
        Unless = [Clue.Event("does not contain driver|registered CSI drivers")],
        Specificity = 42,
        Verdict = Verdict.Confirmed,
        Cause = "The storage system does not attach the volume {volume} to the node[ {node}][: {error}].",
        Thing = "volume",
        Refine = VolumeNames.Complete,
        Steps =
        [
            new("Read the state of the attachment.", "kubectl get volumeattachments"),
            new("Read the volume: which disk it stands for, and in which zone.", "kubectl describe pv {volume}"),
            new("Read the log of the storage driver's controller, and look for the disk in the storage system itself."),
        ],
        Prevention = ["Delete volumes by Kubernetes only, never in the storage system, and watch the driver's rights and quotas."],
        Documentation = Page.Of("concepts/storage/persistent-volumes/"),
        Samples = [Example.Mount("AttachVolume.Attach failed for volume \"pvc-77\" : rpc error: code = Internal desc = Could not attach volume \"vol-0a1b\" to node \"i-0c2d\": UnauthorizedOperation: You are not authorized to perform this operation.", "pvc-77"), Example.Mount("AttachVolume.Attach failed for volume \"pvc-77\" : rpc error: code = NotFound desc = volume vol-0a1b not found", "pvc-77")],
        NearMisses = [Example.Mount("Multi-Attach error for volume \"pvc-77\" Volume is already used by pod(s) web-1")],
    };
}
