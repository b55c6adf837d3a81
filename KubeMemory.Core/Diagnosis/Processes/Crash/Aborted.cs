namespace KubeMemory.Core.Diagnosis.Processes.Crash;

internal static class Aborted
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "process-aborted",
        Title = "The process aborted itself",
        Area = SignatureArea.Crash,
        Types = ProcessCase.Kills,
        Clues =
        [
            Clue.Log(@"(?i)(?:double free|free\(\): invalid|malloc\(\): |corrupted (?:size|top|double)|stack smashing detected|munmap_chunk|heap corruption|realloc\(\): |assertion .{1,200} failed)"),
            Clue.State("ended with exit code 134"),
        ],
        Requires =
        [
            Clue.State("ended with exit code 134"),
        ],
        Unless =
        [
            Clue.Log(@"(?i)unhandled exception|\w(?:exception|error)\b|heap out of memory|panicked|fatal error:"),
        ],
        Specificity = 48,
        Verdict = Verdict.Likely,
        Cause = "The process aborted itself (SIGABRT, exit code 134): native code found its own state broken.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Keep native libraries at the versions that they were tested with; collect core dumps where this comes back.",
        ],
        Documentation = ProcessSteps.Reason,
        Samples =
        [
            ProcessCase.Crash(
                """
                free(): invalid pointer
                Aborted (core dumped)
                """, exitCode: 134),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                Unhandled exception. System.InvalidOperationException: tariff 9 has no currency
                   at Shop.Tariffs.Check() in /src/Tariffs.cs:line 12
                """, exitCode: 134),
        ],
    };
}
