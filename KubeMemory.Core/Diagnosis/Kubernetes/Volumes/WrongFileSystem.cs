using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class WrongFileSystem
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-file-system-damaged",
        Title = "The volume's file system cannot be mounted",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues =
        [
            Clue.Event("(?i)wrong fs type|bad superblock|bad option|can't read superblock|unknown filesystem type|structure needs cleaning|mount\\([^\\n]*(?:Invalid argument|needs cleaning)"),
            Clue.Event("'?fsck'? found errors on device (?<device>[^\\s]+)|errors on device (?<device>[^\\s]+) could not be corrected|run fsck MANUALLY|UNEXPECTED INCONSISTENCY"),
        ],
        Unless = [Clue.Event("(?i)helper program|mount\\.nfs|mount\\.cifs|(?:type|-t) (?:nfs4?|cifs)")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The file system on the volume[ {volume}] is damaged, of another kind than the pod asks for, or needs options that the node does not know.",
        Thing = "volume",
        Refine = VolumeNames.Complete,
        Steps =
        [
            Step.DescribePod,
            new("Read fsType and mount options of the volume and its StorageClass.", "kubectl get pv,storageclass -o yaml"),
            new("On the node, read dmesg; if the file system is damaged, take a snapshot first, then repair it (fsck, xfs_repair) while no pod uses it."),
        ],
        Prevention = ["Take snapshots, and do not change fsType or mount options of a StorageClass that is in use."],
        Documentation = Page.Of("concepts/storage/storage-classes/#mount-options"),
        Samples = [Example.Mount("MountVolume.MountDevice failed for volume \"pvc-77\" : rpc error: code = Internal desc = mount failed: exit status 32 Mounting command: mount Mounting arguments: -t ext4 -o defaults /dev/nvme1n1 /var/lib/kubelet/plugins/kubernetes.io/csi/pv/pvc-77/globalmount Output: mount: wrong fs type, bad option, bad superblock on /dev/nvme1n1, missing codepage or helper, or other error.", "pvc-77"), Example.Mount("MountVolume.MountDevice failed for volume \"pvc-77\" : rpc error: code = Internal desc = 'fsck' found errors on device /dev/sdb but could not correct them: fsck from util-linux 2.36", "pvc-77")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"nfs\" : mount failed: exit status 32 Output: mount: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.")],
    };
}
