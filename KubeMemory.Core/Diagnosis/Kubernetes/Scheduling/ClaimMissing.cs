using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class ClaimMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "claim-missing",
        Title = "The PersistentVolumeClaim does not exist",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling, IncidentType.FailedMount],
        Clues =
        [
            Clue.Event($"""persistentvolumeclaim {Fragment.Quote}(?:[^\s"'/]+/)?(?<claim>{Fragment.Name}){Fragment.Quote} not found"""),
            Clue.Event($"""error getting PVC {Fragment.MaybeQuote}(?:[^\s"'/]+/)?(?<claim>{Fragment.Name}){Fragment.MaybeQuote}: [^\n]*not found"""),
        ],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The pod mounts the PersistentVolumeClaim {claim}, and there is none of that name in the namespace {namespace}.",
        Thing = "claim",
        Steps =
        [
            new("See which claims there are.", "kubectl get pvc -n {namespace}"),
            new("Compare with the claim names of the workload.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("Create the claim, or restore it with its data if it was deleted.", "kubectl apply -f <claim>.yaml -n {namespace}", Changes: true),
            Step.Edit("Or correct the claim's name in the workload."),
        ],
        Prevention = ["Deploy claims together with what mounts them, and protect them from deletion (volumeClaimTemplates of a StatefulSet do both)."],
        Documentation = Page.Of("concepts/storage/persistent-volumes/#claims-as-volumes"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: persistentvolumeclaim \"uploads\" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.", "uploads"),
            Example.Scheduling("persistentvolumeclaim \"uploads\" not found", "uploads"),
            Example.Mount("MountVolume.SetUp failed for volume \"data\" : error getting PVC \"shop/uploads\": persistentvolumeclaims \"uploads\" not found", "uploads"),
        ],
        NearMisses = [Example.Scheduling("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."), Example.Mount("MountVolume.SetUp failed for volume \"config\" : configmap \"uploads\" not found")],
    };
}
