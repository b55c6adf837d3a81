namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class ApiForbidden
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "kubernetes-api-forbidden",
        Title = "The service account may not do what the process asks of the Kubernetes API",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"is forbidden: User \\?""(?<user>[^""\\]+)\\?"" cannot (?<verb>[a-z]+) resource \\?""(?<resource>[^""\\]+)\\?"" in API group \\?""(?<group>[^""\\]*)\\?""(?: in the namespace \\?""(?<where>[^""\\]+)\\?"")?"),
            Clue.Log(@"is forbidden: User \\?""(?<user>[^""\\]+)\\?"" cannot (?<verb>[a-z]+) (?<resource>[a-z./]+)"),
        ],
        Specificity = 71,
        Verdict = Verdict.Confirmed,
        Cause = "The account {user} may not {permission}[ in the namespace {where}]: no role that is bound to it allows that.",
        Thing = "permission",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("Ask whether the account may.", "kubectl auth can-i {verb} {resource} --as={user} -n {namespace}"),
            new("See which roles are bound.", "kubectl get rolebindings,clusterrolebindings --all-namespaces -o wide"),
        ],
        Prevention =
        [
            "Ship the role with the workload, and ask for the same verbs in both when a version needs more.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/reference/access-authn-authz/rbac/"),
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("F0304 05:06:18.2 1 main.go:77] pods is forbidden: User \"system:serviceaccount:store:shop\" cannot list resource \"pods\" in API group \"\" in the namespace \"store\"", "list pods"),
            ProcessCase.Crash("time=\"2026-03-04T05:06:18Z\" level=fatal msg=\"cannot get lock\" error=\"leases.coordination.k8s.io \\\"shop\\\" is forbidden: User \\\"system:serviceaccount:store:default\\\" cannot get resource \\\"leases\\\" in API group \\\"coordination.k8s.io\\\" in the namespace \\\"store\\\"\"", "get leases"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR GET /admin: forbidden: user anna cannot list orders"),
        ],
    };

    private static Dictionary<string, string> Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["permission"] = $"{facts["verb"]} {facts["resource"]}" };
}
