using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

internal static class MultiAttach
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "volume-multi-attach",
        Title = "The volume is still attached to another node",
        Area = SignatureArea.Volumes,
        Types = [IncidentType.FailedMount],
        Clues =
        [
            Clue.Event("Multi-Attach error for volume \"(?<volume>[^\"]+)\" [^\\n]*used by pod\\(s\\) (?<holder>[^\\n]*[^\\s.])"),
            Clue.Event("Multi-Attach error for volume \"(?<volume>[^\"]+)\""),
            Clue.Event("(?i)Multi-Attach|(?:volume|disk)[^\\n]*(?:is )?already (?:exclusively )?(?:attached to|in use by|being used by)[^\\n]*(?:node|instance|another|vm)|RESOURCE_IN_USE_BY_ANOTHER_RESOURCE|VolumeInUse"),
        ],
        Specificity = 50,
        Verdict = Verdict.Confirmed,
        Cause = "The volume {volume} can be attached to one node at a time, and is still attached to another one[, for {holder}].",
        Thing = "volume",
        Refine = VolumeNames.Complete,
        Steps =
        [
            new("See to which node it is attached.", "kubectl get volumeattachments"),
            new("See which pods use the claim, and on which nodes they stand.", "kubectl get pods -o wide -n {namespace}"),
            new("See whether the other node is gone or unready: then detaching waits for it (some 6 minutes).", "kubectl get nodes"),
            new("If an old pod of a rollout holds it, let the old one go first: strategy Recreate, or delete it.", "kubectl delete pod <old pod> -n {namespace}", Changes: true),
        ],
        Prevention = ["Give a Deployment with a ReadWriteOnce volume one replica and the strategy Recreate, or use a StatefulSet, or a ReadWriteMany volume."],
        Documentation = Page.Of("concepts/storage/persistent-volumes/#access-modes"),
        Samples =
        [
            Example.Mount("Multi-Attach error for volume \"pvc-0d6e8a4e-11aa-4b7e-9d3f-2f1f3a9be001\" Volume is already used by pod(s) web-5d9c7b6f4-k2v9p", "pvc-0d6e8a4e-11aa-4b7e-9d3f-2f1f3a9be001"),
            Example.Mount("Multi-Attach error for volume \"pvc-0d6e8a4e-11aa-4b7e-9d3f-2f1f3a9be001\" Volume is already exclusively attached to one node and can't be attached to another", "pvc-0d6e8a4e-11aa-4b7e-9d3f-2f1f3a9be001"),
        ],
        NearMisses = [Example.Mount("AttachVolume.Attach failed for volume \"pvc-0d6e8a4e\" : rpc error: code = NotFound desc = Volume not found")],
    };
}
