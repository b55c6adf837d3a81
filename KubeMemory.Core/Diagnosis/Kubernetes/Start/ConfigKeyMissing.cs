namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class ConfigKeyMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "config-key-missing",
        Title = "The key is not in the config map or secret",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues = [Clue.Event($"couldn't find key (?<key>[-._A-Za-z0-9]*[-_A-Za-z0-9]) in (?<object_kind>ConfigMap|Secret) (?:(?<object_namespace>{Fragment.Name})/)?(?<object>{Fragment.Name})")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The {object_kind} {object} is there and has no key {key}, which the container[ {container}] takes a variable from.",
        Thing = "key",
        Steps =
        [
            new("See the keys that it has.", "kubectl describe {object_kind} {object} -n {namespace}"),
            Step.Template,
            new("Add the key.", "kubectl edit {object_kind} {object} -n {namespace}", Changes: true),
            Step.Edit("Or correct the key in the workload, or mark it optional."),
        ],
        Prevention = ["Check in the pipeline that every key that a manifest names is there."],
        Documentation = Page.Of("tasks/configure-pod-container/configure-pod-configmap/"),
        Samples =
        [
            Example.Config("Error: couldn't find key DB_USER in ConfigMap shop/web-settings", "DB_USER"),
            Example.Config("Error: couldn't find key api.token in Secret shop/web-db", "api.token"),
            Example.Looping("CreateContainerConfigError", "couldn't find key smtp-host in ConfigMap shop/mail", "smtp-host"),
        ],
        NearMisses = [Example.Config("Error: configmap \"web-settings\" not found")],
    };
}
