namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class PolicyDenied
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "admission-policy-denied",
        Title = "An admission policy denies the pod",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"ValidatingAdmissionPolicy {Fragment.Quote}(?<policy>{Fragment.Quoted}){Fragment.Quote} with binding {Fragment.Quote}(?<binding>{Fragment.Quoted}){Fragment.Quote} denied request: (?<why>[^\\n]*[^\\s.])")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: the ValidatingAdmissionPolicy {policy} (bound by {binding}) denies them: {why}.",
        Thing = "policy",
        Steps = [new("Read the policy.", "kubectl get validatingadmissionpolicy {policy} -o yaml"), Step.Template, Step.Edit("Change what the policy forbids, or have the policy changed by who owns it.")],
        Prevention = ["Bind new policies with validationActions Warn before Deny."],
        Documentation = Page.Of("reference/access-authn-authz/validating-admission-policy/"),
        Samples = [Example.Config("Error creating: pods \"web-\" is forbidden: ValidatingAdmissionPolicy 'replica-limit' with binding 'replica-limit-shop' denied request: images must come from registry.example.com", "replica-limit")],
        NearMisses = [Example.Config("Error creating: admission webhook \"replica-limit\" denied the request: no")],
    };
}
