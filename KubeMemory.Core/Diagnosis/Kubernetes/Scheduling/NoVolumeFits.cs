using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class NoVolumeFits
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "no-volume-fits",
        Title = "No PersistentVolume fits the claim",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("didn't find available persistent volumes to bind|bound to non-existent (?:pv|persistentvolume)|did not have enough free storage")],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "No node that could take the pod reaches a PersistentVolume that fits its claim: none of the right size, class and access mode is free there, or the bound one is gone. [{count} of {nodes} nodes say so.] [Other nodes: {besides}.]",
        Refine = (incident, facts) => SchedulerCause.Of(BlockKind.NoVolume)(incident, facts) ?? SchedulerCause.Of(BlockKind.VolumeSpace)(incident, facts),
        Steps =
        [
            new("See the claims of the pod and what they ask for.", "kubectl describe pvc -n {namespace}"),
            new("See which volumes are there, free or taken (local ones belong to one node each).", "kubectl get pv"),
            new("Create a volume that fits, or free one that is Released."),
        ],
        Prevention = ["Provision volumes dynamically; where they are local, keep spare ones on every node of the pool."],
        Documentation = Page.Of("concepts/storage/persistent-volumes/#binding"),
        Samples = [Example.Scheduling("0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't find available persistent volumes to bind. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.")],
        NearMisses = [Example.Scheduling("0/4 nodes are available: 4 node(s) had volume node affinity conflict.")],
    };
}
