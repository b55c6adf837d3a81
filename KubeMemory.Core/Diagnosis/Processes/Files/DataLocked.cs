namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class DataLocked
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "data-locked",
        Title = "Another process holds the data on the volume",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log($@"(?i)(?:lock file ""(?<file>[^""]+)"" already exists|(?:lock DB directory|opening storage failed: lock|unable to lock|cannot acquire lock|could not (?:acquire|obtain) (?:the )?(?:file |exclusive )?lock|failed to (?:obtain node locks|acquire lock|lock)|Resource temporarily unavailable: .{{0,20}}lock|DBPathInUse|data ?dir(?:ectory)? .{{0,60}}(?:locked|in use)|another (?:process|instance) .{{0,40}}(?:using|running|lock)|LockObtainFailed|database is locked|Unable to lock ./ibdata))(?:.{{0,80}}?(?-i:{Parts.AbsoluteFile}))?"),
        ],
        Specificity = 65,
        Verdict = Verdict.Confirmed,
        Cause = "Another process holds the data[ {file}], or one that was killed left its lock behind. Two pods may share the volume during a rollout.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See whether an older pod still runs.", "kubectl get pods -n {namespace} -o wide"),
            new("See who uses the claim.", "kubectl describe persistentvolumeclaims -n {namespace}"),
        ],
        Prevention =
        [
            "Use strategy Recreate or a StatefulSet for a program that owns its volume.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment"),
        Samples =
        [
            ProcessCase.Crash("level=error err=\"opening storage failed: lock DB directory: resource temporarily unavailable\""),
            ProcessCase.Crash("FATAL:  lock file \"postmaster.pid\" already exists", "postmaster.pid"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR account 7 is locked after three wrong codes"),
        ],
    };
}
