namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class WebhookUnreachable
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "webhook-unreachable",
        Title = "An admission webhook cannot be called",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event($"failed calling (?:admission )?webhook {Fragment.Quote}(?<webhook>{Fragment.Quoted}){Fragment.Quote}[^\\n]*?(?:https?://(?<service>[^/\\s:\"]+))[^\\n]*?(?<why>connection refused|context deadline exceeded|no endpoints available for service|service \\\\*\"[^\"\\\\]+\\\\*\" not found|no such host|i/o timeout|x509: [^\\n]*[^\\s.\\n]|EOF|no route to host|[0-9]{{3}} [A-Z][^\\n]*\\w)"), Clue.Event($"failed calling (?:admission )?webhook {Fragment.Quote}(?<webhook>{Fragment.Quoted}){Fragment.Quote}")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: the API server cannot call the admission webhook {webhook}[ at {service}][: {why}], and the webhook is set to fail then.",
        Thing = "webhook",
        Steps =
        [
            new("See which service the webhook stands behind, and its failurePolicy.", "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml"),
            new("See whether that service has ready pods.", "kubectl get endpointslices --all-namespaces"),
            new("If whoever owned it is gone, remove its configuration: it guards something, so ask first.", "kubectl delete validatingwebhookconfiguration <name>", Changes: true),
        ],
        Prevention = ["Run webhooks with two replicas, exclude their own namespace and kube-system, and use failurePolicy Ignore where the policy allows.", "Watch the validity of their certificates."],
        Documentation = Page.Of("reference/access-authn-authz/extensible-admission-controllers/#failure-policy"),
        Samples = [Example.Config("Error creating: Internal error occurred: failed calling webhook \"sidecar.injector.mesh.io\": failed to call webhook: Post \"https://injector.mesh-system.svc:443/inject?timeout=10s\": dial tcp 10.96.44.1:443: connect: connection refused", "sidecar.injector.mesh.io"), Example.Config("Error creating: Internal error occurred: failed calling webhook \"mpod.example.io\": Post https://hook.example.svc:443/mutate?timeout=30s: no endpoints available for service \"hook\"", "mpod.example.io")],
        NearMisses = [Example.Config("Error creating: admission webhook \"sidecar.injector.mesh.io\" denied the request: injection is not allowed here")],
    };
}
