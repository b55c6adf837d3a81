using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class ServiceAccountToken
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "service-account-token-refused",
        Title = "No token can be had for the service account",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues = [Clue.Event($"""failed to fetch token: [^\n]*serviceaccounts? "(?<service_account>{Fragment.Name})"[^\n]*"""), Clue.Event("failed to fetch token")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The kubelet gets no token for the service account[ {service_account}] of the pod: it was deleted, or the API server refuses.",
        Thing = "service_account",
        Steps = [new("See which service accounts there are.", "kubectl get serviceaccounts -n {namespace}"), Step.DescribePod, new("Create it.", "kubectl create serviceaccount {service_account} -n {namespace}", Changes: true)],
        Prevention = ["Deploy service accounts with their workloads, and delete them last."],
        Documentation = Page.Of("tasks/configure-pod-container/configure-service-account/"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"kube-api-access-q9x2d\" : failed to fetch token: serviceaccounts \"web-runner\" not found", "web-runner")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"kube-api-access-q9x2d\" : configmap \"kube-root-ca.crt\" not found")],
    };
}
