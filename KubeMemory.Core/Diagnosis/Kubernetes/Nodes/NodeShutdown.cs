using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class NodeShutdown
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "node-shutdown",
        Title = "The node was shut down",
        Area = SignatureArea.Node,
        Types = [.. Leaving.Types, IncidentType.FailedScheduling, IncidentType.Unknown],
        Clues = [Clue.Event("(?i)imminent node shutdown|node is shutting down|in progress of shutting down|node (?:was )?shutdown\\b|evicted during node shutdown")],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] was shut down in good order, and its kubelet ended the pod: an upgrade, a scale-down, or the cloud took a spot machine back.",
        Thing = "node",
        Steps = [new("See whether the node is back or gone.", "kubectl get nodes"), new("See whether the workload runs elsewhere by now.", "kubectl get pods -o wide -n {namespace}"), new("Pods that the shutdown left as Failed may be removed.", "kubectl delete pods --field-selector=status.phase=Failed -n {namespace}", Changes: true)],
        Prevention = ["Run at least two replicas on different nodes with a PodDisruptionBudget, and keep what must not be broken off spot machines."],
        Documentation = Page.Of("concepts/cluster-administration/node-shutdown/"),
        Samples = [Example.Killed("Pod was terminated in response to imminent node shutdown.", "worker-2"), Example.Killed("Pod was rejected as the node is shutting down.", "worker-2")],
        NearMisses = [Example.Killed("Taint manager: deleting due to NoExecute taint")],
    };
}
