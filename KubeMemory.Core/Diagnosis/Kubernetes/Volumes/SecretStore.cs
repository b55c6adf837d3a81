using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class SecretStore
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "secret-store-mount-failed",
        Title = "The secret store's objects cannot be mounted",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues =
        [
            Clue.Event($"""(?i)secretproviderclass(?:es)?[^\n]*? "?(?<provider_class>{Fragment.Name})"? not found"""),
            Clue.Event("failed to mount secrets store objects for pod [^\\n]*?err: (?<error>[^\\n]*[^\\s.])"),
            Clue.Event("(?i)failed to mount secrets store|failed to get (?:objectType|secretproviderclass)|provider not found: provider \"(?<provider_class>[^\"]+)\""),
        ],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The secret store's driver could not fetch what the pod mounts[: {error}].",
        Thing = "provider_class",
        Steps =
        [
            Step.DescribePod,
            new("See the SecretProviderClasses of the namespace.", "kubectl get secretproviderclasses -n {namespace}"),
            new("Check that each object that it names exists in the store, and that the pod's identity may read it."),
        ],
        Prevention = ["Create objects in the store before workloads name them, and give identities their rights in the same change."],
        Documentation = Page.Of("concepts/configuration/secret/"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"secrets\" : rpc error: code = Unknown desc = failed to get secretproviderclass shop/web-vault, error: SecretProviderClass.secrets-store.csi.x-k8s.io \"web-vault\" not found", "web-vault")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"secrets\" : secret \"web-vault\" not found")],
    };
}
