using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class SeccompProfileMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "seccomp-profile-missing",
        Title = "The seccomp profile is not on the node",
        Area = SignatureArea.Start,
        Types = [.. Starting.Types, IncidentType.SandboxFailure],
        Clues =
        [
            Clue.Event($"(?i)(?:cannot load|failed to (?:load|generate)|unable to load)[^\\n]*?seccomp[^\\n]*?(?<profile>{Fragment.Path})[^\\n]*(?:no such file|not found)"),
            Clue.Event("(?i)(?:cannot load|failed to load|unable to load|invalid|unknown) seccomp (?:profile|spec)|seccomp (?:profile|is not)[^\\n]*(?:not found|not supported|no such file|not enabled)"),
        ],
        Specificity = 74,
        Verdict = Verdict.Confirmed,
        Cause = "The pod asks for a seccomp profile[, {profile},] that is not on the node[ {node}] or cannot be read there.",
        Thing = "profile",
        Steps =
        [
            new("See which profile is asked for (securityContext.seccompProfile).", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("On the node, look into /var/lib/kubelet/seccomp."),
            Step.Edit("Use RuntimeDefault, or bring the profile to every node that may run the pod."),
        ],
        Prevention = ["Distribute profiles by a DaemonSet or the Security Profiles Operator before workloads use them."],
        Documentation = Page.Of("tutorials/security/seccomp/"),
        Samples = [Example.Start("Error: failed to create containerd container: cannot load seccomp profile \"/var/lib/kubelet/seccomp/profiles/audit.json\": open /var/lib/kubelet/seccomp/profiles/audit.json: no such file or directory", "/var/lib/kubelet/seccomp/profiles/audit.json")],
        NearMisses = [Example.Start("Error: failed to create containerd container: get apparmor_parser version: apparmor profile not found")],
    };
}
