namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class TooManyOpenFiles
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "too-many-open-files",
        Title = "The process may open no more files",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:too many open files|\bEMFILE\b|\bENFILE\b|os error 24|\[Errno 24\]|file descriptors? (?:limit|exhausted)|ulimit -n|System limit for number of file watchers|inotify (?:instances|watches|watch limit)|user limit \([0-9]+\) on the number of inotify)"),
        ],
        Specificity = 68,
        Verdict = Verdict.Confirmed,
        Cause = "The process may open no more files: a limit of its user or of the node is reached, or it does not close them.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See the limit in the container.", "kubectl exec {pod} -n {namespace} -c {container} -- sh -c \"ulimit -n\""),
            new("See what else runs on the node.", "kubectl describe node {node}"),
        ],
        Prevention =
        [
            "Raise the node's limits (fs.inotify, nofile of the runtime) for workloads that need many files.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/"),
        Samples =
        [
            ProcessCase.Crash("panic: accept tcp [::]:8080: accept4: too many open files"),
            ProcessCase.Crash("Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src' "),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR too many open orders for customer 4"),
        ],
    };
}
