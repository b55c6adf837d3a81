namespace KubeMemory.Core.Diagnosis.Processes.Configuration;

internal static class LicenceInvalid
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "licence-invalid",
        Title = "The program has no valid licence",
        Area = SignatureArea.Start,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:licen[cs]e(?: key| file| token)? (?:has |is |was |could )?(?:been )?(?:expired|invalid|missing|not found|required|not valid|revoked|not be (?:found|validated|verified|read)|check failed|validation failed|error)|(?:invalid|expired|missing|no valid|no|unlicensed|bad) (?:or (?:missing|expired|invalid) )?licen[cs]e(?: key| file| found)?\b|LicenseException|LicenseError)"),
        ],
        Specificity = 62,
        Verdict = Verdict.Confirmed,
        Cause = "The program has no valid licence and does not run without one.",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Note in the calendar when the licence ends, and watch its expiry as you watch certificates.",
        ],
        Documentation = ProcessSteps.Secrets,
        Samples =
        [
            ProcessCase.Crash("FATAL license has expired on 2026-03-01, shutting down"),
            ProcessCase.Crash("Error: no valid license found in /etc/app/license.key"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR driving licence of courier 12 is not in the register"),
        ],
    };
}
