using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class NetworkStorageUnreachable
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "network-storage-unreachable",
        Title = "The file server cannot be reached",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues =
        [
            Clue.Event($"(?s)Mounting arguments: .*?-t (?:nfs4?|cifs) .*? ?(?://)?(?<server>{Fragment.Host}):?/.*(?:mount(?:\\.nfs4?|\\.cifs|\\([0-9]+\\))?|mount error).*(?i)(?:timed out|refused|no route to host|network is unreachable|host is down|unable to connect)"),
            Clue.Event($"mount\\.(?:nfs4?|cifs): (?:Failed to resolve server (?<server>{Fragment.Host})|[^\\n]*(?:timed out|refused|No route to host|Network is unreachable|Host is down))"),
            Clue.Event("(?i)mount error\\((?:110|111|112|113)\\)|mount\\(2\\): (?:connection timed out|connection refused|host is down|no route to host)"),
        ],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] gets no answer from the file server[ {server}] of the volume[ {volume}].",
        Thing = "server",
        Refine = VolumeNames.Complete,
        Steps =
        [
            Step.DescribePod,
            new("Read server and path of the volume.", "kubectl get pv -o yaml"),
            new("From the node, ask the server: showmount -e <server>, and port 2049 (NFS) or 445 (CIFS); look at firewall and routes."),
        ],
        Prevention = ["Watch the file server from the nodes, and give the volume's server by a name that the nodes resolve."],
        Documentation = Page.Of("concepts/storage/volumes/#nfs"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs files.corp.example:/exports/web /var/lib/kubelet/pods/77/volumes/kubernetes.io~nfs/share\nOutput: mount.nfs: Connection timed out", "files.corp.example"), Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32 Mounting command: mount Mounting arguments: -t nfs 10.4.0.9:/exports/web /var/lib/kubelet/pods/77/volumes/kubernetes.io~nfs/share Output: mount.nfs: No route to host", "10.4.0.9"), Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32 Output: mount.nfs: Failed to resolve server nas.corp.example: Name or service not known", "nas.corp.example")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"share\" : mount failed: exit status 32 Output: mount.nfs: access denied by server while mounting files.corp.example:/exports/web")],
    };
}
