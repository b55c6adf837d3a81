namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class DiskFull
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "disk-full",
        Title = "No space is left where the process writes",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"(?:ENOSPC: no space left on device, \w+ (?:'{Parts.File}')?|\[Errno 28\] No space left on device(?:: ['""]{Parts.File}['""])?)"),
            Clue.Log($@"(?:\b(?:write|open|mkdir|create|sync|fsync|extend file|writing to) )[""'`]?{Parts.File}[""'`]?: (?i:no space left on device|disk quota exceeded)"),
            Clue.Log($@"\bfile [""'`]{Parts.File}[""'`](?: [a-z0-9 ]{{1,40}})?: (?i:no space left on device|disk quota exceeded)"),
            Clue.Log(@"(?i)(?:no space left on device|\bENOSPC\b|disk quota exceeded|not enough space on the disk|disk (?:is )?full|out of disk space|insufficient (?:disk )?space|os error 28|database or disk is full|disk usage exceeded flood-stage watermark)"),
        ],
        Unless =
        [
            Clue.Log("System limit for number of file watchers"),
        ],
        Specificity = 69,
        Verdict = Verdict.Confirmed,
        Cause = "No space is left where the process writes[: {file}].",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See how full the volumes are.", "kubectl exec {pod} -n {namespace} -c {container} -- df -h"),
            new("See the sizes of the claims.", "kubectl get persistentvolumeclaims -n {namespace}"),
            new("See whether the node has disk pressure.", "kubectl describe node {node}"),
        ],
        Prevention =
        [
            "Alert at 80 % of a volume, and use a storage class whose volumes can grow.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims"),
        Samples =
        [
            ProcessCase.Crash("PANIC:  could not write to file \"pg_wal/xlogtemp.29\": No space left on device", "pg_wal/xlogtemp.29"),
            ProcessCase.Crash("panic: write /data/index/00012.sst: no space left on device", "/data/index/00012.sst"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src' "),
            ProcessCase.Crash("ERROR warehouse 4 has no space left for parcel 9"),
        ],
    };
}
