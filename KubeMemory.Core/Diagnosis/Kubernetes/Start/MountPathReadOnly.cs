using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class MountPathReadOnly
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "mount-point-read-only",
        Title = "A mount point cannot be made on a read-only file system",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues =
        [
            Clue.Event($"(?:error mounting|create mountpoint for|creating mount|mkdir|mknod|make mountpoint)[^\\n]*?(?:to rootfs at {Fragment.Quote}|mountpoint for |mkdir(?:at)? |make mountpoint {Fragment.Quote})(?<path>{Fragment.Path})[^\\n]*read-only file system"),
            Clue.Event("(?:OCI runtime|runc|crun|container create|failed to (?:start|create)|rootfs)[^\\n]*(?i)read-only file system"),
        ],
        Specificity = 78,
        Verdict = Verdict.Confirmed,
        Cause = "The container could not be made: a directory to mount to[, {path},] would have to be created where nothing can be written, below a read-only root file system or inside another volume that is mounted read-only.",
        Thing = "path",
        Steps =
        [
            new("See which volumes are mounted inside one another, and which are read-only.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            Step.Edit("Mount beside, not below, a config map, secret or read-only volume; or make the directory part of the image."),
        ],
        Prevention = ["Never nest a mount below a config map or secret, and create all mount points in the image."],
        Documentation = Page.Of("concepts/storage/volumes/"),
        Samples =
        [
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting \"/var/lib/kubelet/pods/77/volumes/kubernetes.io~secret/tls\" to rootfs at \"/etc/web/tls\": mkdir /run/containerd/io.containerd.runtime.v2.task/k8s.io/5ab1/rootfs/etc/web/tls: read-only file system: unknown", "/etc/web/tls"),
        ],
        NearMisses = [Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container").And(EvidenceKind.Log, "the snapshot was taken from a read-only file system, skipping")],
    };
}
