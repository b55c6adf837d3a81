using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Jobs;

internal static class InvalidSchedule
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "cron-schedule-invalid",
        Title = "The CronJob's schedule or time zone cannot be read",
        Area = SignatureArea.Jobs,
        Types = [IncidentType.ConfigError, IncidentType.JobFailed, IncidentType.Unknown],
        Clues = [Clue.Event($"(?i)unparseable schedule: {Fragment.MaybeQuote}(?<schedule>[^\"\\n]*?[^\\s\":.])?{Fragment.MaybeQuote}(?: :|:|$)"), Clue.Event($"(?i)(?:invalid timeZone|unknown time ?zone):? {Fragment.MaybeQuote}(?<schedule>[-+\\w/]+)"), Clue.Event("(?i)unparseable schedule|invalid timeZone|unknown time zone")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The schedule or time zone of the CronJob {workload} cannot be read[: {schedule}], so that it is never started.",
        Thing = "schedule",
        Steps = [new("Read schedule and timeZone.", "kubectl get cronjob {workload} -o yaml -n {namespace}"), new("Correct them: five fields, and a zone like Europe/Berlin.", "kubectl edit cronjob {workload} -n {namespace}", Changes: true)],
        Prevention = ["Check manifests with a server-side dry run before they are applied."],
        Documentation = Page.Of("concepts/workloads/controllers/cron-jobs/#schedule-syntax"),
        Samples = [Example.Config("invalid timeZone: \"Mars/Olympus\": unknown time zone Mars/Olympus", "Mars/Olympus")],
        NearMisses = [Example.Config("Error: configmap \"schedule\" not found")],
    };
}
