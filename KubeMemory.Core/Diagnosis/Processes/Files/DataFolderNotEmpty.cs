namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class DataFolderNotEmpty
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "data-folder-not-empty",
        Title = "A new database finds its folder in use",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"initdb: error: directory ""{Parts.AbsoluteFile}"" exists but is not empty"),
            Clue.Log(@"(?i)--initialize specified but the data directory has files in it|data directory (?<file>/[\w./-]*[\w-]) is unusable|data directory ""?(?<file>/[\w./-]*[\w-])""? (?:exists but )?is not empty"),
        ],
        Specificity = 67,
        Verdict = Verdict.Confirmed,
        Cause = "The database wants an empty folder for its files, and what it is given[ ({file})] is not empty: often there is a lost+found, because the volume is mounted right there.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See where the volume is mounted.", "kubectl get pod {pod} -n {namespace} -o yaml"),
            new("Let the database use a folder below the mount, with subPath or a setting like PGDATA."),
        ],
        Prevention =
        [
            "Mount a volume above the folder of the data, never at it.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath"),
        Samples =
        [
            ProcessCase.Crash(
                """
                The database cluster will be initialized with locale "en_US.utf8".
                initdb: error: directory "/var/lib/pg/main" exists but is not empty
                initdb: hint: Using a mount point directly as the data directory is not recommended.
                """, "/var/lib/pg/main"),
            ProcessCase.Crash("[ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting."),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR basket 12 is not empty"),
        ],
    };
}
