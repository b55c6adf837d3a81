namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class CniBinaryMissing
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "network-plugin-missing",
        Title = "The network plugin's program is not on the node",
        Area = SignatureArea.Network,
        Types = Sandbox.Types,
        Clues = [Clue.Event("failed to find plugin \\\\*\"(?<plugin>[^\\s\"\\\\]+)\\\\*\" in path"), Clue.Event("(?:exec: |fork/exec )\\\\*\"?(?<path>/opt/cni/bin/(?<plugin>[-\\w]+))[^\\n]*no such file")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The node's network configuration asks for the plugin {plugin}, whose program is not in the plugins' directory of the node[ {node}]: the network was exchanged, or its installer did not run there.",
        Thing = "plugin",
        Steps =
        [
            Step.DescribeNode,
            new("See whether the network plugin's pod runs on the node; it installs the program.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("On the node: ls /opt/cni/bin /etc/cni/net.d; a file left by an earlier plugin that sorts first is used."),
        ],
        Prevention = ["When the network plugin is exchanged, clean /etc/cni/net.d on every node, or replace the nodes."],
        Documentation = Page.Of("concepts/extend-kubernetes/compute-storage-net/network-plugins/"),
        Samples = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"weave-net\" name=\"weave\" failed (add): failed to find plugin \"weave-net\" in path [/opt/cni/bin]", "weave-net")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"weave-net\" failed (add): Post \"http://127.0.0.1:6784/ip/5ab1\": dial tcp 127.0.0.1:6784: connect: connection refused")],
    };
}
