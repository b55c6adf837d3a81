namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class DiskPressureEviction
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "evicted-node-disk",
        Title = "The node's disk was nearly full and it evicted the pod",
        Area = SignatureArea.Node,
        Types = Leaving.Types,
        Clues =
        [
            Clue.Event("low on resource: (?:ephemeral-storage|nodefs|imagefs|inodes)\\.?[^\\n]*?Container (?<greedy>[-\\w.]*[-\\w]) was using (?<used>[0-9.]+[A-Za-z]*), request is (?<requested>[0-9.]+[A-Za-z]*)"),
            Clue.Event("low on resource: (?:\\[?DiskPressure|ephemeral-storage|nodefs|imagefs|inodes|containerfs)|had condition: \\[[^\\]]*DiskPressure"),
        ],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The disk of the node[ {node}] was nearly full, and its kubelet evicted the pod to free space. [The container {greedy} used {used} and had asked for {requested}.]",
        Thing = "node",
        Steps =
        [
            Step.DescribeNode,
            new("See which pods stand on the node; logs, writable layers and emptyDir volumes count.", "kubectl get pods --all-namespaces --field-selector spec.nodeName={node}"),
            new("On the node: df -h, df -i, and du below /var/lib/kubelet/pods and /var/log/pods."),
            Step.Edit("Set requests and limits for ephemeral-storage, and write large files to a PersistentVolume."),
        ],
        Prevention = ["Limit ephemeral-storage for every container, rotate logs, and size node disks for images and logs together."],
        Documentation = Page.Of("concepts/scheduling-eviction/node-pressure-eviction/"),
        Samples = [Example.Evicted("The node was low on resource: ephemeral-storage. Threshold quantity: 12884901888, available: 11Gi. Container web was using 23Gi, request is 0, has larger consumption of ephemeral-storage.", "worker-2"), Example.Evicted("The node had condition: [DiskPressure].", "worker-2"), Example.Evicted("The node was low on resource: inodes.", "worker-2")],
        NearMisses = [Example.Evicted("Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.")],
    };
}
