namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class AddressesExhausted
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "pod-addresses-exhausted",
        Title = "There are no addresses left for pods",
        Area = SignatureArea.Network,
        Types = Sandbox.Types,
        Clues =
        [
            Clue.Event("(?i)no IP addresses available in (?:range|network)[^\\n]*?:? (?<range>[0-9a-f.:]+[0-9a-f](?:[-/][0-9a-f.:/]*[0-9a-f])?)"),
            Clue.Event("(?i)failed to assign an IP address to container|no (?:more |free |available )*(?:IPs?|IP addresses|addresses)(?: are)?(?: available| left| remaining)?\\b[^\\n]*(?:pool|range|subnet|node|host|available|allocat)|InsufficientFreeAddressesInSubnet|insufficient (?:free )?(?:IP )?addresses|all (?:IPs|addresses)[^\\n]*(?:in use|exhausted|allocated)|ip(?:am)? (?:pool )?(?:is )?(?:exhausted|full)|range is full|(?:address|IP) ?pool[^\\n]*(?:exhausted|full|no more)|No available (?:IP )?addresses|unable to allocate (?:an? )?(?:IP|address)[^\\n]*(?:exhaust|full|available)"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The network plugin has no address left to give to the pod on the node[ {node}][: the range {range} is used up].",
        Thing = "node",
        Steps =
        [
            Step.DescribeNode,
            new("Count the pods on the node; with addresses of finished pods that were not given back, there are fewer than addresses.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("On clouds, see how many addresses the subnet has left, and whether the plugin may attach more interfaces."),
            new("Keep new pods away from the node.", "kubectl cordon {node}", Changes: true),
        ],
        Prevention = ["Give pods a range that is large enough for every node at its most pods, on EKS with prefix delegation, and alert on free addresses."],
        Documentation = Page.Of("concepts/cluster-administration/networking/"),
        Samples = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"aws-cni\" name=\"aws-cni\" failed (add): add cmd: failed to assign an IP address to container", "worker-2"), Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"bridge\" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.3.1-10.244.3.254", "worker-2")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"aws-cni\" name=\"aws-cni\" failed (add): add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = connection error: dial tcp 127.0.0.1:50051: connect: connection refused")],
    };
}
