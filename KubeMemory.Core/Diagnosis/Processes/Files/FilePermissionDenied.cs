namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class FilePermissionDenied
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "file-permission-denied",
        Title = "The process may not use a file",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"EACCES: permission denied, \w+ '{Parts.File}'|EPERM: operation not permitted, \w+ '{Parts.File}'"),
            Clue.Log($@"\[Errno (?:13|1)\] (?:Permission denied|Operation not permitted): ['""]{Parts.File}['""]"),
            Clue.Log($@"\b(?:open|mkdir|stat|lstat|unlink|rename|chmod|chown|create|read|write|opening|fork/exec|remove|symlink|truncate) [""'`]?{Parts.File}[""'`]?:? (?i:permission denied|operation not permitted)"),
            Clue.Log($@"FileNotFoundException: {Parts.File} \(Permission denied\)|AccessDeniedException: {Parts.File}|Access to the path '{Parts.File}' is denied"),
            Clue.Log($@"(?i:(?:cannot|can't|could ?n[o']t|unable to|failed to|error) \w+(?: \w+){{0,4}}?:? [""'`‘\[(]?){Parts.AbsoluteFile}[""'`’\])]?.{{0,60}}(?i:permission denied|operation not permitted|access denied|EACCES)"),
            Clue.Log($@"(?i:permission denied)(?: @ \w+)?[ :-]+[""'`(]?{Parts.AbsoluteFile}"),
            Clue.Log($@"[""'`‘]?{Parts.AbsoluteFile}[""'`’]?(?: failed| is not (?:writable|readable|accessible))?:? \(?(?:[0-9]+: )?(?i:permission denied|operation not permitted|failed to open stream: permission denied)"),
            Clue.Log(@"data directory ""(?<file>[^""]+)"" has (?:wrong ownership|invalid permissions)|could not (?:change permissions of|create|access) (?:directory|file) ""(?<file>[^""]+)"": (?:Permission denied|Operation not permitted)|(?:The stream or file|file) ""(?<file>/[^""]+)"" could not be opened.{0,60}Permission denied"),
        ],
        Unless =
        [
            Clue.Log(@"(?i)bind(?:\(\))?.{0,40}permission denied"),
        ],
        Specificity = 64,
        Verdict = Verdict.Confirmed,
        Cause = "The process may not use {file}: it belongs to another user, or the security context does not let it.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See as which user the pod runs (securityContext).", "kubectl get pod {pod} -n {namespace} -o yaml"),
            new("See whom the file belongs to.", "kubectl exec {pod} -n {namespace} -c {container} -- ls -ln {file}"),
        ],
        Prevention =
        [
            "Set fsGroup for volumes, and give folders of the image to the user that it runs as.",
        ],
        Documentation = ProcessSteps.SecurityContext,
        Samples =
        [
            ProcessCase.Crash("panic: mkdir /data/cache: permission denied", "/data/cache"),
            ProcessCase.Crash("PermissionError: [Errno 13] Permission denied: '/var/lib/shop/state.db' ", "/var/lib/shop/state.db"),
            ProcessCase.Crash("mkdir: cannot create directory ‘/bitnami/data’: Permission denied", "/bitnami/data"),
            ProcessCase.Crash("chown: /var/lib/mysql: Operation not permitted", "/var/lib/mysql"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR listen tcp :80: bind: permission denied"),
            ProcessCase.Crash("ERROR permission denied for clerk 7 on report 12"),
        ],
    };
}
