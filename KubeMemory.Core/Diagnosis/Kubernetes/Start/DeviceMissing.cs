using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class DeviceMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "host-device-missing",
        Title = "A device that the container asks for is not on the node",
        Area = SignatureArea.Start,
        Types = [.. Starting.Types, IncidentType.SandboxFailure],
        Clues =
        [
            Clue.Event($"error gathering device information while adding custom device {Fragment.Quote}(?<device>{Fragment.Path}){Fragment.Quote}"),
            Clue.Event("(?i)nvidia-container-cli: (?<error>[^\\n]*?(?:driver error|not found|no such file|driver not loaded|initialization error)[^\\n:,]*)"),
            Clue.Event($"(?i)(?:unresolvable|failed to inject) CDI devices? (?<device>[^\\s:]+)"),
        ],
        Specificity = 75,
        Verdict = Verdict.Confirmed,
        Cause = "The container asks for a device of the host[, {device},] that is not there or has no working driver on the node[ {node}][: {error}].",
        Thing = "device",
        Steps =
        [
            Step.DescribeNode,
            new("See whether the device plugin or driver pods run well on the node.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("On the node, look for the device and its driver (for NVIDIA: nvidia-smi)."),
        ],
        Prevention = ["Ask for devices as resources of a device plugin, so that pods land only on nodes that have them."],
        Documentation = Page.Of("concepts/extend-kubernetes/compute-storage-net/device-plugins/"),
        Samples =
        [
            Example.Start("Error: failed to start container \"web\": Error response from daemon: error gathering device information while adding custom device \"/dev/fuse\": no such file or directory", "/dev/fuse"),
            Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy' nvidia-container-cli: initialization error: driver error: failed to process request: unknown"),
        ],
        NearMisses = [Example.Start("Error: exec: \"nvidia-smi\": executable file not found in $PATH")],
    };
}
