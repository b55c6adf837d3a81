using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class MountHelperMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "mount-helper-missing",
        Title = "The node lacks the program that mounts this kind of volume",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues = [Clue.Event("might need a /sbin/mount\\.<?(?<file_system>[a-z0-9]+)>? helper program|unknown filesystem type '(?<file_system>nfs4?|cifs|glusterfs|ceph)'|executable file \"?mount\\.(?<file_system>[a-z0-9]+)\"? not found|(?:iscsiadm|mount\\.(?<file_system>[a-z0-9]+)): (?:command )?not found")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] has not the program that mounts this kind of volume (for NFS nfs-common or nfs-utils, for CIFS cifs-utils, for iSCSI open-iscsi).",
        Thing = "node",
        Steps = [Step.DescribePod, new("See which system the node runs.", "kubectl get nodes -o wide"), new("Install the package on every node, best in the node image.")],
        Prevention = ["Put the mount programs into the node image, or use a CSI driver that brings its own."],
        Documentation = Page.Of("concepts/storage/volumes/#nfs"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32 Mounting command: mount Mounting arguments: -t nfs files.corp.example:/web /var/lib/kubelet/pods/77/volumes/kubernetes.io~nfs/share Output: mount: /var/lib/kubelet/pods/77/volumes/kubernetes.io~nfs/share: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.", "worker-2")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32 Output: mount.nfs: Connection timed out")],
    };
}
