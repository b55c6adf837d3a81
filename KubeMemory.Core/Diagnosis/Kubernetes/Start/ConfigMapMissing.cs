namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class ConfigMapMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "config-map-missing",
        Title = "The config map does not exist",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues = [Clue.Event($"""configmaps? {Fragment.Quote}(?:[^\s"'/]+/)?(?<config_map>{Fragment.Name}){Fragment.Quote} not found""")],
        Unless = [Clue.Event("MountVolume[^\\n]*configmaps? [\"']|references non-existent")],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The container[ {container}] takes its environment from the config map {config_map}, and there is none of that name in the namespace {namespace}.",
        Thing = "config_map",
        Steps =
        [
            new("See which config maps there are.", "kubectl get configmaps -n {namespace}"),
            Step.Template,
            new("Create it.", "kubectl apply -f {config_map}.yaml -n {namespace}", Changes: true),
            Step.Edit("Or correct the name; generated names change with their content, so workload and config map go together."),
        ],
        Prevention = ["Deploy config maps before or together with what reads them, in one release."],
        Documentation = Page.Of("tasks/configure-pod-container/configure-pod-configmap/#restrictions"),
        Samples =
        [
            Example.Config("Error: configmap \"web-settings\" not found", "web-settings"),
            Example.Looping("CreateContainerConfigError", "configmap \"web-settings-7f8c\" not found", "web-settings-7f8c"),
        ],
        NearMisses = [Example.Config("Error: couldn't find key LOG_LEVEL in ConfigMap shop/web-settings"), Example.Config("Error: secret \"web-settings\" not found")],
    };
}
