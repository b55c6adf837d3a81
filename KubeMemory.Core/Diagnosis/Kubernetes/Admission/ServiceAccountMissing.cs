namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class ServiceAccountMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "service-account-missing",
        Title = "The service account does not exist",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"error looking up service account (?:[^\\s/]+/)?(?<service_account>{Fragment.Name}): "), Clue.Event($"serviceaccounts? {Fragment.Quote}(?<service_account>{Fragment.Name}){Fragment.Quote} not found")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: they run as the service account {service_account}, and there is none of that name in the namespace {namespace}.",
        Thing = "service_account",
        Steps = [new("See which service accounts there are.", "kubectl get serviceaccounts -n {namespace}"), Step.Template, new("Create it, with the rights that it needs.", "kubectl create serviceaccount {service_account} -n {namespace}", Changes: true)],
        Prevention = ["Deploy service accounts together with the workloads that use them."],
        Documentation = Page.Of("tasks/configure-pod-container/configure-service-account/"),
        Samples = [Example.Config("Error creating: pods \"web-6c8f9d7b5-\" is forbidden: error looking up service account shop/web-runner: serviceaccount \"web-runner\" not found", "web-runner")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: User \"system:serviceaccount:shop:deployer\" cannot create resource \"pods\" in API group \"\" in the namespace \"shop\"")],
    };
}
