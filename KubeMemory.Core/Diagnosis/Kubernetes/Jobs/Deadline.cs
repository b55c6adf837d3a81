using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Jobs;

internal static class Deadline
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "job-deadline-exceeded",
        Title = "The Job took longer than it may",
        Area = SignatureArea.Jobs,
        Types = [IncidentType.JobFailed, IncidentType.PreemptedOrKilled],
        Clues = [Clue.Event("(?i)was active (?:on the node )?longer than (?:the )?specified deadline")],
        Specificity = 40,
        Verdict = Verdict.Confirmed,
        Cause = "{workload} ran longer than its activeDeadlineSeconds and was ended. It hangs, waits for something, never found a node, or has more to do than the deadline allows.",
        Thing = "workload",
        Steps =
        [
            new("See the deadline and how long it ran.", "kubectl describe {kind} {workload} -n {namespace}"),
            new("See what it did last.", "kubectl logs {kind}/{workload} --tail=100 -n {namespace}"),
            new("See whether its pods waited for a node or an image.", "kubectl get events --sort-by=.lastTimestamp -n {namespace}"),
        ],
        Prevention = ["Set the deadline from measured runs, and let the program limit its own waits."],
        Documentation = Page.Of("concepts/workloads/controllers/job/#job-termination-and-cleanup"),
        Samples = [Example.Job("Job was active longer than specified deadline", "web"), Example.Killed("Pod was active on the node longer than the specified deadline", "web")],
        NearMisses = [Example.Job("Job has reached the specified backoff limit")],
    };
}
