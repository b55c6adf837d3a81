using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class ResizeFailed
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-resize-failed",
        Title = "The volume cannot be made larger",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount, IncidentType.Unknown],
        Clues =
        [
            Clue.Event("(?i)(?:error expanding|failed to (?:expand|resize)|resize (?:of )?volume|NodeExpandVolume|ControllerExpandVolume|MountVolume\\.NodeExpandVolume)[^\\n]*volume \"?(?<volume>pvc-[-a-z0-9]+)"),
            Clue.Event("(?i)error expanding volume|failed to expand|resize (?:of )?volume [^\\n]*failed|NodeExpandVolume (?:failed|call)|ControllerExpandVolume|does not support (?:online )?(?:volume )?expansion"),
        ],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The volume[ {volume}] of a claim was to be made larger, and the storage cannot.",
        Thing = "volume",
        Refine = VolumeNames.Complete,
        Steps =
        [
            new("Read the claim's conditions and events.", "kubectl describe pvc -n {namespace}"),
            new("See whether the StorageClass allows expansion.", "kubectl get storageclass -o yaml"),
        ],
        Prevention = ["Set allowVolumeExpansion, and alert on volumes before they are full."],
        Documentation = Page.Of("concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims"),
        Samples = [Example.Mount("error expanding volume \"shop/data-db-0\" of plugin \"kubernetes.io/csi\": rpc error: code = Internal desc = Could not resize volume: VolumeModificationRateExceeded")],
        NearMisses = [Example.Mount("failed to provision volume with StorageClass \"fast\": rpc error: code = Internal desc = no capacity")],
    };
}
