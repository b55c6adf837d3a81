namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class WebhookDenied
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "webhook-denied",
        Title = "An admission webhook denies the pod",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"admission webhook {Fragment.Quote}(?<webhook>{Fragment.Quoted}){Fragment.Quote} denied the request(?:(?: without explanation|: )(?<why>[^\\n]*[^\\s.])?)?")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: the admission webhook {webhook} denies them[: {why}].",
        Thing = "webhook",
        Steps =
        [
            new("Read the workload with the webhook's reason in mind.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("See the webhooks that there are.", "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations"),
            Step.Edit("Change what the policy forbids, or have the policy changed by who owns it."),
        ],
        Prevention = ["Check manifests against the same policies in the pipeline."],
        Documentation = Page.Of("reference/access-authn-authz/extensible-admission-controllers/"),
        Samples = [Example.Config("Error creating: admission webhook \"validate.kyverno.svc-fail\" denied the request: resource Pod/shop/web was blocked due to the following policies require-labels: check-team: label team is required", "validate.kyverno.svc-fail"), Example.Config("Error creating: admission webhook \"validation.gatekeeper.sh\" denied the request: [repo-allowed] container <web> has an invalid image repo", "validation.gatekeeper.sh")],
        NearMisses = [Example.Config("Error creating: Internal error occurred: failed calling webhook \"validation.gatekeeper.sh\": failed to call webhook: Post \"https://gatekeeper-webhook-service.gatekeeper-system.svc:443/v1/admit?timeout=3s\": context deadline exceeded")],
    };
}
