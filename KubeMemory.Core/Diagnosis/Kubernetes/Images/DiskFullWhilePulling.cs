using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Images;

internal static class DiskFullWhilePulling
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "disk-full-while-pulling",
        Title = "The node's disk is full",
        Area = SignatureArea.Images,
        Types = [IncidentType.ImagePullBackOff, IncidentType.CreateContainerError, IncidentType.SandboxFailure, IncidentType.CrashLoopBackOff],
        Clues =
        [
            Clue.Event("(?i)(?:pull|unpack|extract|layer|snapshot|blob|ingest|overlay|containerd|/var/lib/(?:docker|containers|kubelet)|sandbox)[^\\n]*no space left on device"),
            Clue.Event("(?i)no space left on device[^\\n]*/var/lib/(?:containerd|docker|containers|kubelet)"),
        ],
        Unless = [Clue.Event("(?i)cgroup[^\\n]*no space left|inotify")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The disk of the node[ {node}] that holds images and containers is full: the image could not be unpacked or the container not be made.",
        Thing = "node",
        Steps =
        [
            Step.DescribeNode,
            new("See which pods on the node write much: logs, emptyDir volumes, images.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("On the node: df -h /var/lib/containerd /var/lib/kubelet, then crictl rmi --prune for images nobody uses."),
            new("Keep new pods away until it is clean.", "kubectl cordon {node}", Changes: true),
        ],
        Prevention = ["Give nodes larger disks, set limits for ephemeral-storage, and let the kubelet's image garbage collection begin earlier."],
        Documentation = Page.Of("concepts/architecture/garbage-collection/#containers-images"),
        Samples =
        [
            Example.Image("Failed to pull image \"acme/model:9\": rpc error: code = Unknown desc = failed to pull and unpack image \"docker.io/acme/model:9\": failed to extract layer sha256:9c1b: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/812/fs/model.bin: no space left on device: unknown", "worker-2"),
            Example.Image("Failed to pull image \"acme/model:9\": rpc error: code = Unknown desc = Error response from daemon: write /var/lib/docker/tmp/GetImageBlob88: no space left on device", "worker-2"),
        ],
        NearMisses = [Example.Image("Failed to pull image \"acme/no-space-left:9\": rpc error: code = NotFound desc = docker.io/acme/no-space-left:9: not found")],
    };
}
