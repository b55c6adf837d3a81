namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class LimitRange
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "limit-range-violated",
        Title = "The pod asks for more or less than the namespace's LimitRange allows",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues =
        [
            Clue.Event("(?<bound>maximum|minimum) (?<resource>[-\\w./]+) (?:usage )?per (?<scope>Container|Pod|PersistentVolumeClaim) is (?<allowed>[0-9][\\w.]*), but (?:limit|request) is (?<asked>[0-9][\\w.]*)"),
            Clue.Event("(?<bound>maximum|minimum) (?<resource>[-\\w./]+) (?:usage )?per (?<scope>Container|Pod|PersistentVolumeClaim) is (?<allowed>[0-9][\\w.]*)[.,] ?[^\\n]*(?:No (?:limit|request)|no (?:limit|request))"),
            Clue.Event("(?<resource>[-\\w./]+) max limit to request ratio per (?<scope>Container|Pod) is (?<allowed>[0-9][\\w.]*), but (?:provided ratio is (?<asked>[0-9][\\w.]*)|no)"),
        ],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: a LimitRange of the namespace {namespace} bounds {resource} per {scope} at {allowed}[, and {asked} is asked].",
        Thing = "resource",
        Steps = [new("Read the bounds.", "kubectl describe limitrange -n {namespace}"), Step.Template, Step.Edit("Bring requests and limits within the bounds.")],
        Prevention = ["Check manifests against the namespace with a server-side dry run before they are applied."],
        Documentation = Page.Of("concepts/policy/limit-range/"),
        Samples = [Example.Config("Error creating: pods \"web-6c8f9d7b5-\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 4Gi", "memory"), Example.Config("Error creating: pods \"web-6c8f9d7b5-\" is forbidden: [minimum cpu usage per Container is 100m, but request is 10m]", "cpu")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: exceeded quota: compute, requested: limits.memory=4Gi, used: limits.memory=0, limited: limits.memory=2Gi")],
    };
}
