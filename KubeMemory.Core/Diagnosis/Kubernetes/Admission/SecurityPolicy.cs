namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

internal static class SecurityPolicy
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "security-policy-refused",
        Title = "No security policy of the cluster admits the pod",
        Area = SignatureArea.Admission,
        Types = Refused.Types,
        Clues = [Clue.Event("unable to validate against any (?<policy>pod security policy|security context constraint)"), Clue.Event("(?:PodSecurityPolicy|SecurityContextConstraints?): (?:unable|no)[^\\n]*(?<policy>providers? available)"), Clue.Event("(?<policy>PodSecurityPolicy|SecurityContextConstraints?): unable to admit pod")],
        Specificity = 51,
        Verdict = Verdict.Confirmed,
        Cause = "The pods are not created: no {policy} that the pod's service account may use admits what the pod asks for.",
        Thing = "policy",
        Steps = [new("Read what the pod asks for (securityContext, hostPath, hostNetwork).", "kubectl get {kind} {workload} -o yaml -n {namespace}"), new("See which service account it uses and what that may use.", "kubectl get rolebindings -o wide -n {namespace}"), Step.Edit("Ask for less, or let the service account use a policy that admits it.")],
        Prevention = ["Test workloads under the most restricted policy."],
        Documentation = Page.Of("concepts/security/pod-security-standards/"),
        Samples = [Example.Config("Error creating: pods \"web-\" is forbidden: unable to validate against any security context constraint: [provider \"restricted\": .spec.securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be used]", "security context constraint"), Example.Config("Error creating: pods \"web-\" is forbidden: PodSecurityPolicy: unable to validate against any pod security policy: []", "pod security policy")],
        NearMisses = [Example.Config("Error creating: pods \"web-\" is forbidden: violates PodSecurity \"baseline:latest\": privileged (container \"web\" must not set securityContext.privileged=true)")],
    };
}
