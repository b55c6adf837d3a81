using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class VolumeKeyMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-key-missing",
        Title = "The key that is mounted is not in the config map or secret",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount, IncidentType.ConfigError],
        Clues =
        [
            Clue.Event($"""[Ff]or volume "(?<volume>[^"]+)"[^\n]*?references non-existent (?<object_kind>config|secret) key: (?<key>[-._A-Za-z0-9]*[-_A-Za-z0-9])"""),
            Clue.Event("references non-existent (?<object_kind>config|secret) key: (?<key>[-._A-Za-z0-9]*[-_A-Za-z0-9])"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The volume[ {volume}] projects the key {key}, which its config map or secret does not have.",
        Thing = "key",
        Steps =
        [
            new("See which keys the volume projects, and from what.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See the keys that are there (values are not shown).", "kubectl describe configmaps,secrets -n {namespace}"),
            Step.Edit("Correct the key under items, or add it to the object."),
        ],
        Prevention = ["Check in the pipeline that every key that a manifest names is there."],
        Documentation = Page.Of("concepts/storage/projected-volumes/"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"settings\" : references non-existent config key: nginx.conf", "nginx.conf"), Example.Mount("MountVolume.SetUp failed for volume \"tls\" : references non-existent secret key: tls.key", "tls.key")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"settings\" : configmap \"nginx.conf\" not found")],
    };
}
