using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class MountDenied
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-mount-denied",
        Title = "The volume may not be mounted",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues =
        [
            Clue.Event($"access denied by server while mounting (?<server>{Fragment.Host}):"),
            Clue.Event("(?i)access denied by server|mount(?:\\.\\w+|\\([0-9]+\\)| error)?[^\\n]*(?:permission denied|operation not permitted|Errno 13|\\(13\\)|\\(1\\):)|MountVolume[^\\n]*(?:permission denied|code = (?:PermissionDenied|Unauthenticated)|AccessDenied|not authorized|AuthorizationFailed|AuthorizationPermissionMismatch)"),
        ],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The storage does not let the node[ {node}] mount the volume[ {volume}]: the export does not allow this address, the credentials are wrong, or the driver lacks a right.",
        Thing = "volume",
        Refine = VolumeNames.Complete,
        Steps =
        [
            Step.DescribePod,
            new("Read server, path and secrets of the volume.", "kubectl get pv -o yaml"),
            new("On the server, see which addresses the export allows; on a cloud, see the rights of the driver's identity."),
        ],
        Prevention = ["Allow the whole node network on the export, and give the driver's identity its rights with the cluster."],
        Documentation = Page.Of("concepts/storage/volumes/#nfs"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32 Mounting command: mount Output: mount.nfs: access denied by server while mounting files.corp.example:/exports/web", "share"), Example.Mount("MountVolume.SetUp failed for volume \"azure\" : rpc error: code = Internal desc = volume(vol1) mount failed: mount error(13): Permission denied", "azure")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32 Output: mount.nfs: Connection timed out")],
    };
}
