namespace KubeMemory.Core.Diagnosis.Processes.Files;

internal static class InterpreterMissing
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "script-interpreter-missing",
        Title = "A script names an interpreter that is not there",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"\b(?:exec|env:|/usr/bin/env:) ?['""‘]?(?<file>[\w./-]+)(?:\\r|\^M)['""’]?: (?i:no such file)"),
            Clue.Log(@"(?<file>[\w./-]+)(?:\\r|\^M)?: bad interpreter"),
            Clue.Log(@"^(?:exec|standard_init_linux\.go:[0-9]+: exec) (?:user process caused: )?['""]?(?<file>/[\w./-]+)['""]?: no such file or directory"),
            Clue.Log(@"env: (?:can't execute )?['""‘](?<file>[\w.-]+)['""’]?: No such file"),
        ],
        Specificity = 65,
        Verdict = Verdict.Confirmed,
        Cause = "The script starts with an interpreter that is not in the image[: {file}]; lines that end the Windows way (CRLF) look like that too.",
        Thing = "file",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Keep line ends of scripts at LF (.gitattributes), and name an interpreter that the base image has.",
        ],
        Documentation = ProcessSteps.Command,
        Samples =
        [
            ProcessCase.Crash("exec /entrypoint.sh: no such file or directory", "/entrypoint.sh", exitCode: 255),
            ProcessCase.Crash("/usr/bin/env: ‘bash\\r’: No such file or directory", "bash", exitCode: 127),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR sworn interpreter for case 12 is missing"),
        ],
    };
}
