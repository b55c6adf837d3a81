using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class NodePressureCondition
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "node-under-pressure",
        Title = "The pod's node is under pressure",
        Area = SignatureArea.Node,
        Types = [IncidentType.NodePressure],
        Clues = [Clue.Of(ClueSource.Node | ClueSource.Event, "(?<condition>MemoryPressure|DiskPressure|PIDPressure)(?:: True since|=True)"), Clue.Event("(?i)node (?:has|is under|under|had) (?<condition>memory|disk|pid) ?pressure|NodeHas(?<condition>DiskPressure|MemoryPressure|PIDPressure)|kubelet has (?<condition>disk pressure|insufficient memory|insufficient PID)")],
        Specificity = 48,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] says {condition}: it runs short, takes no more pods of some kinds and will evict others.",
        Thing = "node",
        Steps = [Step.DescribeNode, new("See what uses most on it.", "kubectl top pods --all-namespaces --sort-by=memory"), new("Keep new pods away until it is well.", "kubectl cordon {node}", Changes: true)],
        Prevention = ["Set requests near real use, and limits for memory and ephemeral-storage."],
        Documentation = Page.Of("concepts/scheduling-eviction/node-pressure-eviction/#node-conditions"),
        Samples = [Example.Of(IncidentType.NodePressure, "NodeUnderPressure", "worker-2").And(EvidenceKind.NodeCondition, "DiskPressure: True since 2025-01-01T00:00:00Z (KubeletHasDiskPressure: kubelet has disk pressure)\nReady: True since 2025-01-01T00:00:00Z (KubeletReady)")],
        NearMisses = [Example.Of(IncidentType.NodePressure, "NodeUnderPressure").And(EvidenceKind.NodeCondition, "DiskPressure: False since 2025-01-01T00:00:00Z (KubeletHasNoDiskPressure: kubelet has no disk pressure)")],
    };
}
