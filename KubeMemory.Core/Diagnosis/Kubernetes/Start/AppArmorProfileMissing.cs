using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class AppArmorProfileMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "apparmor-profile-missing",
        Title = "The AppArmor profile is not loaded on the node",
        Area = SignatureArea.Start,
        Types = [.. Starting.Types, IncidentType.SandboxFailure, IncidentType.PreemptedOrKilled, IncidentType.FailedScheduling],
        Clues =
        [
            Clue.Event($"(?i)apparmor[^\\n]*?profile(?: \\(|[: ]+)?{Fragment.MaybeQuote}(?<profile>[-A-Za-z0-9_./]*[-A-Za-z0-9_/]){Fragment.MaybeQuote}\\)? (?:is )?not (?:loaded|found)"),
            Clue.Event($"(?i)apparmor failed to apply profile|(?:Cannot enforce|cannot enforce) AppArmor|apparmor is not (?:enabled|supported)|unable to apply apparmor profile|write /proc/(?:self|thread-self)/attr[^\\n]*(?:no such file|invalid argument)"),
        ],
        Specificity = 74,
        Verdict = Verdict.Confirmed,
        Cause = "The pod asks for an AppArmor profile[, {profile},] that is not loaded on the node[ {node}], or the node has no AppArmor.",
        Thing = "profile",
        Steps =
        [
            new("See which profile is asked for.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("On the node: aa-status lists what is loaded."),
            Step.Edit("Use the runtime's default profile, or load the profile on every node that may run the pod."),
        ],
        Prevention = ["Load profiles by a DaemonSet or in the node image, and keep such pods on nodes that have them."],
        Documentation = Page.Of("tutorials/security/apparmor/"),
        Samples =
        [
            Example.Start("Cannot enforce AppArmor: profile \"shop-deny-write\" is not loaded", "shop-deny-write"),
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: unable to apply apparmor profile: apparmor failed to apply profile: write /proc/self/attr/apparmor/exec: no such file or directory: unknown"),
        ],
        NearMisses = [Example.Start("Error: failed to create containerd container: cannot load seccomp profile \"/var/lib/kubelet/seccomp/a.json\": open /var/lib/kubelet/seccomp/a.json: no such file or directory")],
    };
}
