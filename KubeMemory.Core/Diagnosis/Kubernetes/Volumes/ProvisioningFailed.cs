using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class ProvisioningFailed
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-provisioning-failed",
        Title = "The volume cannot be provisioned",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount, IncidentType.FailedScheduling, IncidentType.Unknown],
        Clues =
        [
            Clue.Event($"""[Ff]ailed to provision volume with StorageClass "(?<storage_class>{Fragment.Name})": (?:rpc error: code = \w+ desc = )?(?<error>[^\n]*[^\s.])"""),
            Clue.Event("[Ff]ailed to provision volume|failed to get target node: |error generating accessibility requirements"),
        ],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The provisioner[ of StorageClass {storage_class}] cannot make the volume[: {error}].",
        Thing = "storage_class",
        Steps =
        [
            new("Read the claim's events.", "kubectl describe pvc -n {namespace}"),
            new("Read parameters and zones of the StorageClass.", "kubectl describe storageclass {storage_class}"),
            new("Read the log of the storage driver's controller; look at the storage system's quota and free space."),
        ],
        Prevention = ["Watch quota and free space of the storage system, and test each StorageClass after changes."],
        Documentation = Page.Of("concepts/storage/dynamic-provisioning/"),
        Samples = [Example.Mount("failed to provision volume with StorageClass \"fast-ssd\": rpc error: code = ResourceExhausted desc = Quota 'SSD_TOTAL_GB' exceeded. Limit: 500.0 in region europe-west1.", "fast-ssd")],
        NearMisses = [Example.Mount("storageclass.storage.k8s.io \"fast-ssd\" not found")],
    };
}
