using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Jobs;

internal static class FailurePolicy
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "job-failure-policy",
        Title = "A pod failed in a way that ends the Job",
        Area = SignatureArea.Jobs,
        Types = [IncidentType.JobFailed],
        Clues = [Clue.Event("Container (?<failed>[-\\w.]*\\w) for pod (?<failed_pod>[-\\w./]*\\w) failed with exit code (?<exit_code>[0-9]+) matching (?<action>FailJob|FailIndex) rule at index (?<rule>[0-9]+)"), Clue.Event("Pod (?<failed_pod>[-\\w./]*\\w) has condition (?<condition>\\w+) matching (?:FailJob|FailIndex) rule")],
        Specificity = 45,
        Verdict = Verdict.Confirmed,
        Cause = "The Job's podFailurePolicy gave it up at once, because pod {failed_pod} failed in a way that it names[: container {failed} ended with exit code {exit_code}].",
        Thing = "exit_code",
        Steps = [new("Read the rules.", "kubectl get {kind} {workload} -o yaml -n {namespace}"), new("Read the log of the failed pod.", "kubectl logs job/{workload} --tail=100 -n {namespace}")],
        Prevention = ["Let the program end with one exit code for what must not be tried again, and no other."],
        Documentation = Page.Of("tasks/job/pod-failure-policy/"),
        Samples = [Example.Job("Container main for pod shop/import-7-x2x4k failed with exit code 42 matching FailJob rule at index 0", "42")],
        NearMisses = [Example.Job("Job has reached the specified backoff limit")],
    };
}
