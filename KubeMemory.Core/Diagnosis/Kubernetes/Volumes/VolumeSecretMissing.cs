using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class VolumeSecretMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-secret-missing",
        Title = "The secret that is mounted does not exist",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues = [Clue.Event($"""[Ff]or volume "(?<volume>[^"]+)"[^\n]*secrets? "(?:[^\s"'/]+/)?(?<secret>{Fragment.Name})" not found"""), Clue.Event($"""secrets? "(?:[^\s"'/]+/)?(?<secret>{Fragment.Name})" not found""")],
        Unless = [Clue.Event("SecretProviderClass|secrets-store|provisioner-secret|node-(?:stage|publish)-secret")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The pod mounts the secret {secret}[ as volume {volume}], and there is none of that name in the namespace {namespace}.",
        Thing = "secret",
        Steps =
        [
            new("See which secrets there are (names only).", "kubectl get secrets -n {namespace}"),
            Step.Template,
            new("If a controller makes it (cert-manager, external secrets), read what it says.", "kubectl get events --sort-by=.lastTimestamp -n {namespace}"),
            new("Create it; the waiting pod goes on by itself.", "kubectl create secret generic {secret} --from-file=<file> -n {namespace}", Changes: true),
        ],
        Prevention = ["Create secrets before the first rollout, and mark those that may be missing as optional."],
        Documentation = Page.Of("concepts/configuration/secret/#using-secrets-as-files-from-a-pod"),
        Samples =
        [
            Example.Mount("MountVolume.SetUp failed for volume \"tls\" : secret \"web-tls\" not found", "web-tls"),
            Example.Mount("MountVolume.SetUp failed for volume \"tls\" : secrets \"web-tls\" not found", "web-tls"),
        ],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"tls\" : references non-existent secret key: tls.crt"), Example.Mount("MountVolume.SetUp failed for volume \"cfg\" : configmap \"web-tls\" not found")],
    };
}
