using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class RootFileSystemReadOnly
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "read-only-root-file-system",
        Title = "The process writes to a read-only file system",
        Area = SignatureArea.Start,
        Types = [IncidentType.CrashLoopBackOff, IncidentType.CreateContainerError, IncidentType.JobFailed],
        Clues =
        [
            Clue.Log($"(?i)(?:mkdir|mkstemp|open|create|touch|chmod|chown|unlink|rename|write|remove|cp|mv|rm|ln|EROFS)[^\\n]*?(?<path>{Fragment.Path})[^\\n]*(?:: |\\()read-only file ?system"),
            Clue.Log($"(?i)read-only file ?system[^\\n]*?(?<path>{Fragment.Path})"),
            Clue.Log("(?i)EROFS|Errno 30|ReadOnlyFileSystemException|\\(30: Read-only file system\\)|Read-only file system \\(os error 30\\)"),
        ],
        Specificity = 62,
        Verdict = Verdict.Confirmed,
        Cause = "The process writes[ to {path}] where its container lets nothing be written: readOnlyRootFilesystem is set, or a volume is mounted read-only.",
        Thing = "path",
        Steps =
        [
            new("See readOnlyRootFilesystem and the mounts of the container.", "kubectl -n {namespace} get {kind} {workload} -o yaml"),
            Step.Edit("Mount an emptyDir volume at the directory that is written to ({path}), or tell the program to write elsewhere."),
            new("Where the disk itself has turned read-only after errors, the node must be replaced.", "kubectl describe node {node}"),
        ],
        Prevention = ["Run the image with a read-only root in the pipeline too, and mount emptyDir volumes for caches and temporary files."],
        Documentation = Page.Of("tasks/configure-pod-container/security-context/"),
        Samples =
        [
            Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container web", "/var/cache/nginx/client_temp").And(EvidenceKind.Log, "2024/03/01 10:00:00 [emerg] 1#1: mkdir() \"/var/cache/nginx/client_temp\" failed (30: Read-only file system)"),
            Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container web", "/app/tmp/cache").And(EvidenceKind.Log, "OSError: [Errno 30] Read-only file system: '/app/tmp/cache'"),
            Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container web", "/app/.next/trace").And(EvidenceKind.Log, "Error: EROFS: read-only file system, open '/app/.next/trace'"),
        ],
        NearMisses = [Example.Of(IncidentType.CrashLoopBackOff, "Back-off restarting failed container").And(EvidenceKind.Log, "PermissionError: [Errno 13] Permission denied: '/app/tmp/cache'")],
    };
}
