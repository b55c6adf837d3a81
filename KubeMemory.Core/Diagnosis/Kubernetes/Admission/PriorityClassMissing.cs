namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class PriorityClassMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "priority-class-missing",
        Title = "The priority class does not exist",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"no PriorityClass with name {Fragment.MaybeQuote}(?<priority_class>{Fragment.Name}){Fragment.MaybeQuote} was found")],
        Specificity = 52,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: they name the priority class {priority_class}, which the cluster does not have.",
        Thing = "priority_class",
        Steps = [new("See which priority classes there are.", "kubectl get priorityclasses"), Step.Template, Step.Edit("Name one that exists, or none.")],
        Prevention = ["Deploy priority classes before workloads, with the same names in every cluster."],
        Documentation = Page.Of("concepts/scheduling-eviction/pod-priority-preemption/#priorityclass"),
        Samples = [Example.Config("Error creating: pods \"web-\" is forbidden: no PriorityClass with name business-critical was found", "business-critical")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: pods with business-critical priorityClass is not permitted in shop namespace")],
    };
}
