using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class VolumeConfigMapMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-config-map-missing",
        Title = "The config map that is mounted does not exist",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues = [Clue.Event($"""[Ff]or volume "(?<volume>[^"]+)"[^\n]*configmaps? "(?:[^\s"'/]+/)?(?<config_map>{Fragment.Name})" not found"""), Clue.Event($"""configmaps? "(?:[^\s"'/]+/)?(?<config_map>{Fragment.Name})" not found""")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The pod mounts the config map {config_map}[ as volume {volume}], and there is none of that name in the namespace {namespace}.",
        Thing = "config_map",
        Steps =
        [
            new("See which config maps there are.", "kubectl get configmaps -n {namespace}"),
            Step.Template,
            new("Create it; the waiting pod goes on by itself.", "kubectl create configmap {config_map} --from-file=<file> -n {namespace}", Changes: true),
        ],
        Prevention = ["Deploy config maps together with what mounts them, in one release."],
        Documentation = Page.Of("concepts/configuration/configmap/"),
        Samples = [Example.Mount("MountVolume.SetUp failed for volume \"settings\" : configmap \"web-nginx\" not found", "web-nginx"), Example.Mount("MountVolume.SetUp failed for volume \"kube-api-access-x8k2l\" : configmap \"kube-root-ca.crt\" not found", "kube-root-ca.crt")],
        NearMisses = [Example.Mount("MountVolume.SetUp failed for volume \"settings\" : references non-existent config key: nginx.conf")],
    };
}
