using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class RuntimeFault
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "container-runtime-fault",
        Title = "The node's container runtime does not answer",
        Area = SignatureArea.Start,
        Types = [.. Starting.Types, IncidentType.SandboxFailure],
        Clues =
        [
            Clue.Event("(?i)(?:connect|dial)[^\\n]*(?:containerd|crio|docker|cri-dockerd)\\.sock[^\\n]*(?:refused|no such file|timeout)|container runtime is (?:down|not running)|failed to start shim|shim (?:exited|died|disconnected)|ttrpc: closed|transport is closing|error reading from server: EOF|Cannot connect to the Docker daemon|containerd: (?:container|process) not (?:started|found)|failed to create shim(?: task)?: [^\\n]*(?:deadline exceeded|timeout|unavailable)"),
            Clue.Event("^(?:Error: |Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = |rpc error: code = DeadlineExceeded desc = )context deadline exceeded$"),
        ],
        Specificity = 45,
        Verdict = Verdict.Likely,
        Cause = "The container runtime of the node[ {node}] does not answer, or not in time: it has crashed, hangs, or the node is overloaded.",
        Thing = "node",
        Steps =
        [
            Step.DescribeNode,
            new("See whether other pods of the node are stuck too.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("On the node: systemctl status containerd (or crio, docker), its journal, load and free disk."),
            new("Keep new pods away until it is mended.", "kubectl cordon {node}", Changes: true),
        ],
        Prevention = ["Reserve cpu and memory for the system on every node, and let unhealthy nodes be replaced."],
        Documentation = Page.Of("setup/production-environment/container-runtimes/"),
        Samples =
        [
            Example.Start("Error: failed to create containerd task: failed to start shim: start failed: containerd-shim-runc-v2: exit status 1: unknown", "worker-2"),
            Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: connection refused\"", "worker-2"),
        ],
        NearMisses = [Example.Start("Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: exec: \"shim\": executable file not found in $PATH: unknown")],
    };
}
