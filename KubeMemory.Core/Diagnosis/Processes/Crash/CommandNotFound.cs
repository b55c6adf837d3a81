namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class CommandNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "command-not-found-127",
        Title = "The shell does not find a command (exit code 127)",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?:\bsh|bash|ash|dash|zsh|entrypoint[\w.-]*|run|start[\w.-]*|\.sh)(?:: line)?:? ?(?:line )?[0-9]*:? ?(?<command>[\w./@+-]+): (?:command )?not found"),
            Clue.Log(@"exec: (?:line [0-9]+: )?""?(?<command>[\w./@+-]+)""?: (?:executable file )?not found"),
            Clue.Log(@"(?:^|: )(?<command>[\w./@+-]+): (?:command not found|not found|No such file or directory)\s*$"),
            Clue.State("ended with exit code 127"),
        ],
        Requires =
        [
            Clue.State("ended with exit code 127"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The command[ {command}] is not in the image: the shell ended with exit code 127.",
        Thing = "command",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Start the image once in the build, as it will be started in the cluster.",
        ],
        Documentation = ProcessSteps.Command,
        Samples =
        [
            ProcessCase.Crash("/bin/sh: 1: gunicorn: not found", "gunicorn", exitCode: 127),
            ProcessCase.Crash("bash: line 1: ./run-worker: No such file or directory", "./run-worker", exitCode: 127),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                sh: lsof: not found
                panic: tariff 9 has no end date
                """, exitCode: 2),
        ],
    };
}
