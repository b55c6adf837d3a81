using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class ClaimWithoutClass
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "claim-without-class",
        Title = "The claim names no StorageClass and there is no default",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount, IncidentType.FailedScheduling, IncidentType.Unknown],
        Clues = [Clue.Event("no persistent volumes available for this claim and no storage class is set")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The claim names no StorageClass, none is marked as default, and no free volume fits it, so that nothing gives it a volume.",
        Steps =
        [
            new("See which StorageClasses there are and whether one is the default.", "kubectl get storageclass"),
            new("See the claims that wait.", "kubectl get pvc -n {namespace}"),
            new("Mark one as default; claims without a class take it (since Kubernetes 1.28 also those that wait).", "kubectl annotate storageclass <name> storageclass.kubernetes.io/is-default-class=true", Changes: true),
        ],
        Prevention = ["Give every cluster one default StorageClass."],
        Documentation = Page.Of("tasks/administer-cluster/change-default-storage-class/"),
        Samples = [Example.Mount("no persistent volumes available for this claim and no storage class is set")],
        NearMisses = [Example.Mount("storageclass.storage.k8s.io \"fast\" not found")],
    };
}
