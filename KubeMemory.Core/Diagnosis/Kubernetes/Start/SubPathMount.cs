using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class SubPathMount
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "sub-path-mount-failed",
        Title = "A file is mounted where the image has a directory, or the other way round",
        Area = SignatureArea.Start,
        Types = [.. Starting.Types, IncidentType.FailedMount],
        Clues =
        [
            Clue.Event($"error mounting [^\\n]*to rootfs at {Fragment.Quote}(?<path>{Fragment.Path})[^\\n]*(?:not a directory|[Aa]re you trying to mount a directory|is a directory)"),
            Clue.Event("(?i)are you trying to mount a directory (?:on)?to a file|mount(?:ing)? [^\\n]*: not a directory"),
            Clue.Event($"failed to (?:prepare|create) subPath (?:directory )?for volumeMount {Fragment.Quote}(?<path>{Fragment.Quoted}){Fragment.Quote}"),
        ],
        Specificity = 78,
        Verdict = Verdict.Confirmed,
        Cause = "The mount at {path} does not fit: a volume's file is mounted over a directory of the image or a directory over a file, or the subPath is not in the volume. A key that is missing in the config map makes a directory of the file that was meant.",
        Thing = "path",
        Steps =
        [
            new("See mountPath and subPath of the container's mounts, and the keys that the volume projects.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See which keys the config map has.", "kubectl describe configmaps -n {namespace}"),
            Step.Edit("Let subPath name a key that exists and mountPath the full path of the file; the pod must be made anew."),
        ],
        Prevention = ["Mount whole directories instead of single files where the program allows."],
        Documentation = Page.Of("concepts/storage/volumes/#using-subpath"),
        Samples =
        [
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting \"/var/lib/kubelet/pods/77/volume-subpaths/config/web/0\" to rootfs at \"/etc/web/app.conf\": mount /var/lib/kubelet/pods/77/volume-subpaths/config/web/0:/etc/web/app.conf (via /proc/self/fd/6), flags: 0x5001: not a directory: unknown", "/etc/web/app.conf"),
            Example.Config("Error: failed to prepare subPath for volumeMount \"config\" of container \"web\"", "config"),
        ],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"host\" : hostPath type check failed: /var/data is not a directory")],
    };
}
