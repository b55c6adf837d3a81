namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

internal static class CniUnauthorised
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "network-plugin-unauthorised",
        Title = "The API server refuses the network plugin",
        Area = SignatureArea.Network,
        Types = Sandbox.Types,
        Clues = [Clue.Event("(?i)plugin type=\\\\*\"(?<plugin>[-\\w]+)\\\\*\"[^\\n]*(?:unauthorized|forbidden|x509: )"), Clue.Event("(?i)(?:networkPlugin cni|setup network for sandbox|multus)[^\\n]*(?:connection is unauthorized|: Unauthorized|is forbidden: User|x509: )")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The network plugin[ {plugin}] on the node[ {node}] asks the API server with credentials that it no longer accepts.",
        Thing = "plugin",
        Steps =
        [
            new("See whether the plugin's pod on the node runs, and since when.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("See the rights of its service account.", "kubectl get clusterrolebindings -o wide"),
            new("Start the plugin's pods anew: they write new credentials.", "kubectl rollout restart daemonset <network plugin> -n kube-system", Changes: true),
        ],
        Prevention = ["Keep the plugin's version fit for the cluster's: old ones do not renew their token."],
        Documentation = Page.Of("concepts/extend-kubernetes/compute-storage-net/network-plugins/"),
        Samples = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"calico\" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized", "calico")],
        NearMisses = [Example.Sandbox("Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5ab1\": plugin type=\"calico\" failed (add): stat /var/lib/calico/nodename: no such file or directory")],
    };
}
