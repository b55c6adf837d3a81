using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class NodeNetworkUnavailable
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "node-network-unavailable",
        Title = "The node's network is not set up",
        Area = SignatureArea.Node,
        Types = [IncidentType.NodePressure, IncidentType.SandboxFailure, IncidentType.PreemptedOrKilled],
        Clues = [Clue.Of(ClueSource.Node | ClueSource.Event, "NetworkUnavailable: True since|NetworkUnavailable=True|had condition: \\[[^\\]]*NetworkUnavailable")],
        Specificity = 52,
        Verdict = Verdict.Confirmed,
        Cause = "The network of the node[ {node}] is not set up: no route to it was made, or the network plugin does not run.",
        Thing = "node",
        Steps = [Step.DescribeNode, new("See whether the network plugin's pod runs on the node.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}")],
        Prevention = ["Watch the node condition NetworkUnavailable and the network plugin's DaemonSet."],
        Documentation = Page.Of("concepts/architecture/nodes/#condition"),
        Samples = [Example.Of(IncidentType.NodePressure, "The pod's node is in trouble", "worker-2").And(EvidenceKind.NodeCondition, "NetworkUnavailable: True since 2025-01-01T00:00:00Z (NoRouteCreated: Node created without a route)\nReady: True since 2025-01-01T00:00:00Z")],
        NearMisses = [Example.Of(IncidentType.NodePressure, "The pod's node is in trouble").And(EvidenceKind.NodeCondition, "NetworkUnavailable: False since 2025-01-01T00:00:00Z (RouteCreated)\nReady: True since 2025-01-01T00:00:00Z")],
    };
}
