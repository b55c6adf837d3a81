namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class ReadOnlyFileSystem
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "read-only-file-system",
        Title = "The process writes where the file system is read-only",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"EROFS: read-only file system, \w+ '{Parts.File}'|\[Errno 30\] Read-only file system: ['""]{Parts.File}['""]"),
            Clue.Log($@"(?:\b(?:open|mkdir|create|write|rename|unlink|chmod|chown|remove) )[""'`]?{Parts.File}[""'`]?: (?i:read-only file ?system)"),
            Clue.Log($@"[""'`‘(]?{Parts.AbsoluteFile}[""'`’)]?:? ?(?:failed )?\(?(?:[0-9]+: )?(?i:read-only file ?system)"),
            Clue.Log($@"(?i)(?:read-only file ?system|\bEROFS\b|os error 30)(?: @ \w+ - (?-i:{Parts.File})|: [""'`]?(?-i:{Parts.AbsoluteFile}))?"),
        ],
        Specificity = 66,
        Verdict = Verdict.Confirmed,
        Cause = "The process writes[ {file}] where the file system is read-only: the container's root is (readOnlyRootFilesystem), or the volume is mounted so.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See the security context and the mounts.", "kubectl get pod {pod} -n {namespace} -o yaml"),
        ],
        Prevention =
        [
            "Mount an emptyDir where a program must write, and keep the root read-only.",
        ],
        Documentation = ProcessSteps.SecurityContext,
        Samples =
        [
            ProcessCase.Crash("nginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (30: Read-only file system)", "/var/cache/nginx/client_temp"),
            ProcessCase.Crash("Error: EROFS: read-only file system, open '/app/tmp/pid' ", "/app/tmp/pid"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR ledger 9 is read-only for clerk 4"),
        ],
    };
}
