using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Jobs;

internal static class MissedStarts
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "cron-job-missed-starts",
        Title = "The CronJob missed too many starts",
        Area = SignatureArea.Jobs,
        Types = [IncidentType.JobFailed, IncidentType.Unknown],
        Clues = [Clue.Event("(?i)too many missed start times?|Cannot determine if (?:job|a job) needs to be started")],
        Specificity = 45,
        Verdict = Verdict.Confirmed,
        Cause = "The CronJob {workload} has missed more than 100 starts, and the controller starts it no more: it was suspended, its controller was down, or clocks jumped.",
        Thing = "workload",
        Steps = [new("See when it ran last.", "kubectl get cronjob {workload} -n {namespace}"), new("Set startingDeadlineSeconds, so that only recent starts count.", "kubectl edit cronjob {workload} -n {namespace}", Changes: true)],
        Prevention = ["Set startingDeadlineSeconds in every CronJob."],
        Documentation = Page.Of("concepts/workloads/controllers/cron-jobs/#cron-job-limitations"),
        Samples = [Example.Job("Cannot determine if job needs to be started: too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew", "web"), Example.Job("too many missed start times: 143. Set or decrease .spec.startingDeadlineSeconds or check clock skew", "web")],
        NearMisses = [Example.Job("Job was active longer than specified deadline")],
    };
}
