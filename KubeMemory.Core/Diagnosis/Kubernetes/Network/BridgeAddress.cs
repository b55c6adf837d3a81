namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class BridgeAddress
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "network-bridge-address-conflict",
        Title = "The node's bridge has an address of another network",
        Area = SignatureArea.Network,
        Types = Sandbox.Types,
        Clues = [Clue.Event("failed to set bridge addr(?:ess)?: \\\\*\"?(?<bridge>[-\\w]+)\\\\*\"? already has an IP address different from (?<range>[0-9a-f.:/]*[0-9a-f])")],
        Specificity = 52,
        Verdict = Verdict.Confirmed,
        Cause = "The bridge {bridge} of the node[ {node}] still has an address of an earlier network, and not one of {range}: the node was given another pod range, or joined another cluster, without being cleaned.",
        Thing = "bridge",
        Steps = [Step.DescribeNode, new("On the node: ip addr show {bridge}."), new("Drain the node, then delete the bridge on it (ip link delete {bridge}) and start the kubelet anew; or replace the node.", "kubectl drain {node} --ignore-daemonsets", Changes: true)],
        Prevention = ["Reset or replace nodes that leave a cluster before they join another."],
        Documentation = Page.Of("concepts/cluster-administration/networking/"),
        Samples = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"flannel\" failed (add): failed to delegate add: failed to set bridge addr: \"cni0\" already has an IP address different from 10.244.4.1/24", "cni0")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"flannel\" failed (add): open /run/flannel/subnet.env: no such file or directory")],
    };
}
