using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class VolumeBindingTimedOut
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-binding-timed-out",
        Title = "The volume was not provisioned in time",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues =
        [
            Clue.Event($"""provisioning failed for PVC {Fragment.Quote}(?<claim>{Fragment.Name}){Fragment.Quote}"""),
            Clue.Event("binding volumes: |PreBind plugin [^\n]*VolumeBinding"),
        ],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "A node was chosen, and the volume of the pod[, claim {claim},] was not provisioned or bound there in time.",
        Thing = "claim",
        Steps =
        [
            new("The claim's events say what the provisioner met.", "kubectl describe pvc -n {namespace}"),
            new("See whether the storage driver's controller runs.", "kubectl get pods --all-namespaces -o wide"),
        ],
        Prevention = ["Watch the storage driver's controller and the cloud's volume quota."],
        Documentation = Page.Of("concepts/storage/dynamic-provisioning/"),
        Samples =
        [
            Example.Scheduling("running PreBind plugin \"VolumeBinding\": binding volumes: timed out waiting for the condition"),
            Example.Scheduling("running PreBind plugin \"VolumeBinding\": binding volumes: provisioning failed for PVC \"data-db-0\"", "data-db-0"),
        ],
        NearMisses = [Example.Scheduling("running \"VolumeBinding\" filter plugin for pod \"web-0\": pod has unbound immediate PersistentVolumeClaims")],
    };
}
