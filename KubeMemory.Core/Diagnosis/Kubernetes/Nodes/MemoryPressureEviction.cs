namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class MemoryPressureEviction
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "evicted-node-memory",
        Title = "The node ran out of memory and evicted the pod",
        Area = SignatureArea.Node,
        Types = Leaving.Types,
        Clues =
        [
            Clue.Event("low on resource: (?<resource>memory)\\.[^\\n]*?Container (?<greedy>[-\\w.]*[-\\w]) was using (?<used>[0-9.]+[A-Za-z]*), request is (?<requested>[0-9.]+[A-Za-z]*)"),
            Clue.Event("low on resource: (?<resource>memory)\\b|had condition: \\[[^\\]]*(?<resource>MemoryPressure)|low on resource: \\[?(?<resource>Memory)Pressure"),
        ],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The node[ {node}] ran short of memory, and its kubelet evicted the pod to save the rest. [The container {greedy} used {used} and had asked for {requested}.]",
        Thing = "node",
        Steps =
        [
            Step.DescribeNode,
            new("See what uses memory on the node.", "kubectl top pods --all-namespaces --sort-by=memory"),
            Step.DescribePod,
            Step.Edit("Ask for as much memory as the container really uses: those far above their request go first."),
        ],
        Prevention = ["Set memory requests near real use and limits for every container, so that a node is never promised out.", "Reserve memory for the system (kube-reserved, system-reserved)."],
        Documentation = Page.Of("concepts/scheduling-eviction/node-pressure-eviction/"),
        Samples = [Example.Evicted("The node was low on resource: memory. Threshold quantity: 100Mi, available: 87304Ki. Container web was using 1893Mi, request is 256Mi, has larger consumption of memory.", "worker-2"), Example.Evicted("The node had condition: [MemoryPressure].", "worker-2")],
        NearMisses = [Example.Evicted("The node was low on resource: ephemeral-storage. Threshold quantity: 5Gi, available: 4Gi.")],
    };
}
