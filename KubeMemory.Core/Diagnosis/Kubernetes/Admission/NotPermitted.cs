namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class NotPermitted
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "create-not-permitted",
        Title = "The controller may not create the pods",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"is forbidden: User {Fragment.Quote}(?<user>{Fragment.Quoted}){Fragment.Quote} cannot (?<verb>[a-z]+) resource {Fragment.Quote}(?<what>[a-z./]+){Fragment.Quote}")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "{user} lacks the right to {verb} {what} in the namespace {namespace}.",
        Thing = "user",
        Steps = [new("See what it is bound to.", "kubectl get rolebindings -o wide -n {namespace}"), new("Ask for the right.", "kubectl auth can-i {verb} {what} -n {namespace} --as={user}"), new("Bind a role that has it.", "kubectl create rolebinding <name> --role=<role> --user={user} -n {namespace}", Changes: true)],
        Prevention = ["Deploy roles and bindings together with the controller that needs them."],
        Documentation = Page.Of("reference/access-authn-authz/rbac/"),
        Samples = [Example.Config("Error creating: pods is forbidden: User \"system:serviceaccount:ci:runner\" cannot create resource \"pods\" in API group \"\" in the namespace \"shop\"", "system:serviceaccount:ci:runner")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: error looking up service account shop/runner: serviceaccount \"runner\" not found")],
    };
}
