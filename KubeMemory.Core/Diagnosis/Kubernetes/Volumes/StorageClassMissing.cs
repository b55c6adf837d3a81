using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class StorageClassMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "storage-class-missing",
        Title = "The StorageClass does not exist",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount, IncidentType.FailedScheduling, IncidentType.Unknown],
        Clues =
        [
            Clue.Event($"""storageclass(?:es)?\.storage\.k8s\.io "(?<storage_class>{Fragment.Name})" not found"""),
            Clue.Event($"""(?i)storage ?class(?:es)? "?(?<storage_class>{Fragment.Name})"? (?:not found|does not exist)"""),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The claim has nothing that provisions it: it names the StorageClass {storage_class}, which does not exist.",
        Thing = "storage_class",
        Steps =
        [
            new("See which StorageClasses there are and which is the default.", "kubectl get storageclass"),
            new("See what the claims name.", "kubectl get pvc -n {namespace}"),
            new("A claim's class cannot be changed: create the class, or delete the claim and create it with one that exists.", "kubectl apply -f <claim>.yaml -n {namespace}", Changes: true),
        ],
        Prevention = ["Give every cluster the same names of StorageClasses and one default."],
        Documentation = Page.Of("concepts/storage/storage-classes/"),
        Samples = [Example.Mount("storageclass.storage.k8s.io \"fast-ssd\" not found", "fast-ssd")],
        NearMisses = [Example.Mount("failed to provision volume with StorageClass \"fast-ssd\": rpc error: code = ResourceExhausted desc = quota exceeded")],
    };
}
