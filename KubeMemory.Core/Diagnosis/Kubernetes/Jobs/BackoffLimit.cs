using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Jobs;

internal static class BackoffLimit
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "job-backoff-limit",
        Title = "The Job's pods failed as often as it allows",
        Area = SignatureArea.Jobs,
        Types = [IncidentType.JobFailed],
        Clues = [Clue.Event("(?i)reached the specified backoff ?limit|BackoffLimitExceeded")],
        Unless = [Clue.Log(@"\S")],
        Specificity = 12,
        Verdict = Verdict.Likely,
        Cause = "The pods of the Job {workload} failed as often as its backoffLimit allows, so that it was given up. Why they failed stands in their log.",
        Thing = "workload",
        Steps =
        [
            new("Find the Job's pods.", "kubectl get pods -l job-name={workload} -n {namespace}"),
            new("Read the log of the last one.", "kubectl logs job/{workload} --tail=100 -n {namespace}"),
            new("See exit codes and limits.", "kubectl describe {kind} {workload} -n {namespace}"),
        ],
        Prevention = ["Tell failures that will pass from those that will not by a podFailurePolicy, and keep failed pods long enough to be read."],
        Documentation = Page.Of("concepts/workloads/controllers/job/#pod-backoff-failure-policy"),
        Samples = [Example.Job("Job has reached the specified backoff limit", "web")],
        NearMisses = [Example.Job("Job was active longer than specified deadline"), Example.Job("Job has reached the specified backoff limit").And(EvidenceKind.Log, "ledger 7 does not balance")],
    };
}
