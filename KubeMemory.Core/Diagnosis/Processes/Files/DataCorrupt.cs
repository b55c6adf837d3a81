namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class DataCorrupt
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "data-corrupt",
        Title = "The data on the volume are damaged",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:could not locate a valid checkpoint|invalid (?:primary )?checkpoint record|invalid magic number|Bad file format reading the append only file|corrupt(?:ed|ion)? .{0,40}(?:WAL|segment|index|log file|data ?file|database|block|page|chunk|commitlog|journal|translog|rdb|aof)|(?:WAL|segment|index|data ?file|database|block|page|chunk|commitlog|journal|translog|rdb|aof)\b.{0,40}(?:is |are |seems? )?(?:corrupt(?:ed)?|damaged|malformed)|CorruptIndexException|TranslogCorruptedException|database disk image is malformed|Wrong signature trying to load DB|Short read or OOM loading DB|unexpected end of (?:WAL|segment))"),
        ],
        Specificity = 63,
        Verdict = Verdict.Confirmed,
        Cause = "The data on the volume are damaged: the process cannot read what it wrote before. It was killed while it wrote, or the storage lost writes.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See the claim and its storage class.", "kubectl get persistentvolumeclaims -n {namespace}"),
        ],
        Prevention =
        [
            "Take backups and try to restore them; give stores a long enough grace period to end cleanly.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/storage/persistent-volumes/"),
        Samples =
        [
            ProcessCase.Crash("PANIC:  could not locate a valid checkpoint record"),
            ProcessCase.Crash("Bad file format reading the append only file: make a backup of your AOF file, then use ./redis-check-aof --fix"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR picture of parcel 9 is damaged"),
        ],
    };
}
