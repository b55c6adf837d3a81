namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class ApiEviction
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "evicted-on-request",
        Title = "The pod was evicted on request",
        Area = SignatureArea.Node,
        Types = Leaving.Types,
        Clues = [Clue.Event("(?i)Eviction API: evicting|EvictionByEvictionAPI|Evicted by (?:VPA|descheduler|cluster-autoscaler|karpenter)|pod evicted (?:by|from)[^\\n]*descheduler|deleted by (?:DeletionByPodGC|PodGC)|PodGC: ")],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "Somebody asked for the pod to leave its node: a drain, an autoscaler that removes a node, the descheduler, or the clean-up after a node that is gone.",
        Thing = "node",
        Steps = [new("See whether nodes are being drained or replaced.", "kubectl get nodes"), new("See whether the workload runs elsewhere by now.", "kubectl get pods -o wide -n {namespace}"), new("See its disruption budget.", "kubectl get poddisruptionbudgets -n {namespace}")],
        Prevention = ["Set a PodDisruptionBudget, so that enough replicas stay while nodes are drained."],
        Documentation = Page.Of("concepts/scheduling-eviction/api-eviction/"),
        Samples = [Example.Killed("Eviction API: evicting", "worker-2"), Example.Killed("PodGC: node no longer exists", "worker-2")],
        NearMisses = [Example.Killed("Taint manager: deleting due to NoExecute taint")],
    };
}
