namespace KubeMemory.Core.Diagnosis.Processes.Configuration;

internal static class UnknownFlag
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "unknown-flag",
        Title = "The process does not know one of its arguments",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:unknown|unrecogni[sz]ed|invalid|illegal|unexpected|undefined|unsupported) (?:command[- ]line )?(?:long |short )?(?:flag|option|switch|argument|arguments|shorthand flag|parameter)s?(?: found)?(?: specified)?[:=]? *(?:'.' in )?[""'`]?(?<flag>-{1,2}[A-Za-z][\w.-]*)"),
            Clue.Log(@"(?i)(?:unknown|unrecogni[sz]ed|invalid|illegal|unexpected|unsupported) (?:command[- ]line )?(?:flag|option|switch|argument|arguments|parameter)s?(?: found)?:? *[""'`](?<flag>-{1,2}[A-Za-z][\w.=-]*)[""'`]"),
            Clue.Log(@"flag provided but not defined: (?<flag>-{1,2}[\w.-]+)"),
            Clue.Log(@"(?:Unrecognized VM option|Unrecognized option:) '?(?<flag>[-+]?[\w:.+-]+)'?"),
            Clue.Log("(?i)(?:unexpected argument|found argument) '(?<flag>[^']+)'"),
            Clue.Log(@"^node: bad option: (?<flag>\S+)|\bunknown command ""(?<flag>[\w-]+)"" for"),
        ],
        Specificity = 62,
        Verdict = Verdict.Confirmed,
        Cause = "The process is started with {flag}, which it does not know; it may be another version than the arguments were written for.",
        Thing = "flag",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Change image and arguments in the same commit.",
        ],
        Documentation = ProcessSteps.Command,
        Samples =
        [
            ProcessCase.Crash(
                """
                flag provided but not defined: -metrics-adress
                Usage of /shop:
                """, "-metrics-adress"),
            ProcessCase.Crash("error: unexpected argument '--threads' found", "--threads"),
            ProcessCase.Crash(
                """
                Unrecognized VM option 'UseConcMarkSweepGC'
                Error: Could not create the Java Virtual Machine.
                """, "UseConcMarkSweepGC"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR unknown option chosen by customer 4"),
        ],
    };
}
