using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class NoNodes
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "no-nodes",
        Title = "The cluster has no nodes",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("no nodes available to schedule pods|0/0 nodes are available")],
        Specificity = 45,
        Verdict = Verdict.Confirmed,
        Cause = "The scheduler knows of no node at all: none has registered, or all were removed.",
        Steps =
        [
            new("See whether any node is registered.", "kubectl get nodes"),
            new("See whether machines exist and cannot join: the pool or autoscaling group in the cloud's console, and the kubelet's log on a machine."),
        ],
        Prevention = ["Keep at least one node pool with a minimum above zero, and alert on the number of ready nodes."],
        Documentation = Page.Of("concepts/architecture/nodes/"),
        Samples = [Example.Scheduling("no nodes available to schedule pods")],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 node(s) were unschedulable.")],
    };
}
