using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class CgroupDriver
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "cgroup-driver-mismatch",
        Title = "Kubelet and container runtime use different cgroup drivers",
        Area = SignatureArea.Network,
        Types = [IncidentType.SandboxFailure, IncidentType.CreateContainerError, IncidentType.CrashLoopBackOff, IncidentType.Unknown],
        Clues = [Clue.Event("(?i)expected cgroupsPath to be of format|cgroup driver[^\\n]*(?:different|does not match|mismatch)")],
        Specificity = 76,
        Verdict = Verdict.Confirmed,
        Cause = "On the node[ {node}] the kubelet and the container runtime manage cgroups in different ways (systemd against cgroupfs).",
        Thing = "node",
        Steps = [Step.DescribeNode, new("On the node, compare cgroupDriver in the kubelet's configuration with SystemdCgroup of containerd (or cgroup_manager of CRI-O), and set both to systemd.")],
        Prevention = ["Build both settings into the node image."],
        Documentation = Page.Of("setup/production-environment/container-runtimes/#cgroup-drivers"),
        Samples = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/kubepods/burstable/pod77/5ab1\" instead: unknown", "worker-2")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: cgroups: cgroup deleted")],
    };
}
