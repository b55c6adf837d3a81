namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

internal static class OwnStorageEviction
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "evicted-own-storage",
        Title = "The pod used more local storage than its own limit",
        Area = SignatureArea.Node,
        Types = Leaving.Types,
        Clues =
        [
            Clue.Event($"Usage of EmptyDir volume {Fragment.Quote}(?<volume>{Fragment.Quoted}){Fragment.Quote} exceeds the limit {Fragment.Quote}(?<limit>{Fragment.Quoted}){Fragment.Quote}"),
            Clue.Event($"Container (?<greedy>[-\\w.]*[-\\w]) exceeded its local ephemeral storage limit {Fragment.Quote}(?<limit>{Fragment.Quoted}){Fragment.Quote}"),
            Clue.Event("(?i)ephemeral local storage usage exceeds the total limit of containers (?<limit>[0-9.]+[A-Za-z]*)"),
        ],
        Specificity = 65,
        Verdict = Verdict.Confirmed,
        Cause = "The pod was evicted because of what it wrote itself: more local storage than its limit of {limit} allows. [The emptyDir volume {volume} is too full.] [The container {greedy} wrote too much to its layer and its logs.]",
        Thing = "limit",
        Steps =
        [
            new("See the limits for ephemeral-storage and the sizeLimit of emptyDir volumes.", "kubectl get {kind} {workload} -o yaml -n {namespace}"),
            new("In a pod that still runs, see what grows: du -sh of its directories."),
            Step.Edit("Raise the limit to the need, or write the data to a PersistentVolume."),
        ],
        Prevention = ["Clean up temporary files, keep logs on standard output within bounds, and size the limit by measured use."],
        Documentation = Page.Of("concepts/storage/ephemeral-storage/"),
        Samples = [Example.Evicted("Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. ", "2Gi"), Example.Evicted("Container web exceeded its local ephemeral storage limit \"500Mi\". ", "500Mi"), Example.Evicted("Usage of EmptyDir volume \"scratch\" exceeds the limit \"1Gi\". ", "1Gi")],
        NearMisses = [Example.Evicted("The node was low on resource: ephemeral-storage. Threshold quantity: 5Gi, available: 4Gi. Container web was using 23Gi, request is 0, has larger consumption of ephemeral-storage.")],
    };
}
