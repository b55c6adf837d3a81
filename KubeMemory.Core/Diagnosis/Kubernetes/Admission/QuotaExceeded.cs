namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class QuotaExceeded
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "quota-exceeded",
        Title = "The namespace's quota is used up",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"exceeded quota: (?<quota>{Fragment.Name}), requested: (?<requested>[^\\n]*?), used: (?<used>[^\\n]*?), limited: (?<limited>[^\\n]*[^\\s.,;])"), Clue.Event($"exceeded quota: (?<quota>{Fragment.Name})")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: the quota {quota} of the namespace {namespace} is used up. [They ask for {requested}; used are {used} of {limited}.]",
        Thing = "quota",
        Steps =
        [
            new("See quotas and what is used.", "kubectl describe resourcequota -n {namespace}"),
            new("See what uses it.", "kubectl get pods -o custom-columns=NAME:.metadata.name,CPU:.spec.containers[*].resources.requests.cpu,MEMORY:.spec.containers[*].resources.requests.memory -n {namespace}"),
            new("Free some: fewer replicas, smaller requests.", "kubectl scale {kind} {workload} --replicas=<n> -n {namespace}", Changes: true),
            new("Or raise the quota.", "kubectl edit resourcequota {quota} -n {namespace}", Changes: true),
        ],
        Prevention = ["Alert at 90 % of each quota, and leave room for the extra pods of a rolling update."],
        Documentation = Page.Of("concepts/policy/resource-quotas/"),
        Samples = [Example.Config("Error creating: pods \"web-6c8f9d7b5-\" is forbidden: exceeded quota: team-a, requested: requests.cpu=500m, used: requests.cpu=3900m, limited: requests.cpu=4", "team-a"), Example.Config("create Pod web-3 in StatefulSet web failed error: pods \"web-3\" is forbidden: exceeded quota: objects, requested: pods=1, used: pods=20, limited: pods=20", "objects")],
        NearMisses = [Example.Config("Error creating: pods \"web-6c8f9d7b5-\" is forbidden: failed quota: team-a: must specify limits.cpu for: web")],
    };
}
