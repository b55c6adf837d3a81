namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class SecretMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "secret-missing",
        Title = "The secret does not exist",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues = [Clue.Event($"""secrets? {Fragment.Quote}(?:[^\s"'/]+/)?(?<secret>{Fragment.Name}){Fragment.Quote} not found""")],
        Unless = [Clue.Event("MountVolume|references non-existent")],
        Specificity = 46,
        Verdict = Verdict.Confirmed,
        Cause = "The container[ {container}] takes its environment from the secret {secret}, and there is none of that name in the namespace {namespace}.",
        Thing = "secret",
        Steps =
        [
            new("See which secrets there are (names only).", "kubectl get secrets -n {namespace}"),
            Step.Template,
            new("If an operator makes the secret (external secrets, sealed secrets, cert-manager), read its events.", "kubectl get events --sort-by=.lastTimestamp -n {namespace}"),
            new("Create it.", "kubectl create secret generic {secret} --from-literal=<key>=<value> -n {namespace}", Changes: true),
        ],
        Prevention = ["Create secrets with the namespace, before the first rollout, and copy none by hand from one namespace to another."],
        Documentation = Page.Of("concepts/configuration/secret/"),
        Samples =
        [
            Example.Config("Error: secret \"web-db\" not found", "web-db"),
            Example.Config("Error: secrets \"web-db.v2\" not found", "web-db.v2"),
        ],
        NearMisses = [Example.Config("Error: couldn't find key password in Secret shop/web-db"), Example.Config("Error: configmap \"web-db\" not found")],
    };
}
