namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class DataOfOtherVersion
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "data-of-other-version",
        Title = "The data on the volume are of another version",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:database files are incompatible with server|data directory was initialized by \w+ version (?<version>[0-9.]+)|created by a newer version|cannot downgrade|downgrade is not supported|unsupported (?:data|storage|on-disk|file) (?:format )?version|data files? .{0,40}(?:newer|incompatible)|featureCompatibilityVersion|Invalid MySQL server (?:down|up)grade|incompatible with (?:this|the current) version of|index .{0,60}created .{0,40}(?:version|unsupported)|Cannot start a node with version|UPGRADE PROBLEM)"),
        ],
        Specificity = 66,
        Verdict = Verdict.Confirmed,
        Cause = "The data on the volume were written by another version[ {version}] of the program than the one that reads them now.",
        Thing = "version",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            new("See which image runs.", "kubectl describe pod {pod} -n {namespace}"),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Read the notes on upgrading before changing the major version of a store, and back the volume up.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tutorials/stateful-application/basic-stateful-set/"),
        Samples =
        [
            ProcessCase.Crash(
                """
                FATAL:  database files are incompatible with server
                DETAIL:  The data directory was initialized by PostgreSQL version 13, which is not compatible with this version 16.2.
                """, "13"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR contract 12 was created by a newer clerk"),
        ],
    };
}
