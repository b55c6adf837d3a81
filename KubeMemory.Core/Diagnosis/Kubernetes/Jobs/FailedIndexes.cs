using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Jobs;

internal static class FailedIndexes
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "job-failed-indexes",
        Title = "Too many indexes of the Job failed",
        Area = SignatureArea.Jobs,
        Types = [IncidentType.JobFailed],
        Clues = [Clue.Event("(?i)exceeded the specified maximal number of failed indexes|Job has failed indexes|MaxFailedIndexesExceeded|FailedIndexes")],
        Unless = [Clue.Log(@"\S")],
        Specificity = 14,
        Verdict = Verdict.Likely,
        Cause = "Indexes of the indexed Job {workload} failed as often as they may. Why stands in the log of their pods.",
        Thing = "workload",
        Steps = [new("See which indexes failed.", "kubectl describe {kind} {workload} -n {namespace}"), new("Find their pods; the index is a label.", "kubectl get pods -l job-name={workload} -L batch.kubernetes.io/job-completion-index -n {namespace}")],
        Prevention = ["Make each index independent of the others, and test the smallest and the largest one."],
        Documentation = Page.Of("concepts/workloads/controllers/job/#backoff-limit-per-index"),
        Samples = [Example.Job("Job has exceeded the specified maximal number of failed indexes", "web"), Example.Job("Job has failed indexes", "web")],
        NearMisses = [Example.Job("Job has reached the specified backoff limit")],
    };
}
