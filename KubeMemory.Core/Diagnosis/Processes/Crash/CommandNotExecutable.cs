namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class CommandNotExecutable
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "command-not-executable-126",
        Title = "The command may not be executed (exit code 126)",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?:\bsh|bash|ash|dash|exec|entrypoint[\w.-]*)(?:: line)?:? ?(?:line )?[0-9]*:? ?""?(?<command>[\w./@+-]+)""?: (?:Permission denied|cannot execute|Is a directory|is a directory)"),
            Clue.Log(@"(?:^|: )(?<command>/?[\w./@+-]+): Permission denied"),
            Clue.State("ended with exit code 126"),
        ],
        Requires =
        [
            Clue.State("ended with exit code 126"),
        ],
        Specificity = 65,
        Verdict = Verdict.Confirmed,
        Cause = "The command[ {command}] is there and may not be executed: exit code 126. It lacks the right to be executed, is a folder, or its volume is mounted noexec.",
        Thing = "command",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Set the right to execute in the image (COPY --chmod=755), or defaultMode for scripts from config maps.",
        ],
        Documentation = ProcessSteps.Command,
        Samples =
        [
            ProcessCase.Crash("/bin/sh: 1: /scripts/start.sh: Permission denied", "/scripts/start.sh", exitCode: 126),
        ],
        NearMisses =
        [
            ProcessCase.Crash("/bin/sh: can't create /out/x: Permission denied", exitCode: 2),
        ],
    };
}
