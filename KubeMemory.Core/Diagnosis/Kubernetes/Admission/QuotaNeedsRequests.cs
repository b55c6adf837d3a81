namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class QuotaNeedsRequests
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "quota-needs-requests",
        Title = "The quota demands requests or limits that the pod does not give",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"failed quota: (?<quota>{Fragment.Name}): must specify (?<resources>[a-z.,-]*[a-z-])(?: for: (?<containers>[-\\w,;. ]*\\w))?")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The quota {quota} counts {resources}, and pods that do not give them are not created[ (container {containers})].",
        Thing = "resources",
        Steps =
        [
            new("See what the quota counts.", "kubectl describe resourcequota {quota} -n {namespace}"),
            new("Give every container requests and limits.", "kubectl set resources {kind} {workload} --requests=cpu=<n>m,memory=<n>Mi --limits=cpu=<n>m,memory=<n>Mi -n {namespace}", Changes: true),
        ],
        Prevention = ["Give namespaces with a quota a LimitRange with defaults."],
        Documentation = Page.Of("concepts/policy/resource-quotas/"),
        Samples = [Example.Config("Error creating: pods \"web-6c8f9d7b5-\" is forbidden: failed quota: team-a: must specify limits.memory for: web", "limits.memory"), Example.Config("Error creating: pods \"web-\" is forbidden: failed quota: compute: must specify limits.cpu,requests.memory", "limits.cpu,requests.memory")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: exceeded quota: compute, requested: limits.cpu=1, used: limits.cpu=4, limited: limits.cpu=4")],
    };
}
