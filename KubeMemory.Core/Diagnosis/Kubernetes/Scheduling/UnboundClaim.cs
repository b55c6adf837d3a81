using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

internal static class UnboundClaim
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "unbound-claim",
        Title = "A PersistentVolumeClaim is not bound",
        Area = SignatureArea.Scheduling,
        Types = [IncidentType.FailedScheduling],
        Clues = [Clue.Event("unbound immediate PersistentVolumeClaims|unbound PersistentVolumeClaims|pod has unbound")],
        Specificity = 44,
        Verdict = Verdict.Confirmed,
        Cause = "A PersistentVolumeClaim of the pod[, {claim},] has no volume yet, and its StorageClass binds before the pod is placed: nothing provisions a volume for it, or none that exists fits.",
        Thing = "claim",
        Refine = SchedulerCause.OfClaim(BlockKind.UnboundClaim),
        Steps =
        [
            new("Find the claim that is Pending.", "kubectl get pvc -n {namespace}"),
            new("Its events say why: no StorageClass, an unknown one, or a provisioner that fails.", "kubectl describe pvc -n {namespace}"),
            new("See which StorageClasses there are and which is the default.", "kubectl get storageclass"),
            new("See whether a volume is free that fits size, access mode and class.", "kubectl get pv"),
        ],
        Prevention = ["Name a StorageClass that exists in every cluster, or mark one as default; watch for Pending claims."],
        Documentation = Page.Of("concepts/storage/persistent-volumes/#binding"),
        Samples =
        [
            Example.Scheduling("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."),
            Example.Scheduling("0/4 nodes are available: 4 pod has unbound immediate PersistentVolumeClaims.", "data-web-0")
                .And(EvidenceKind.PodSpec, "container web\n  image: registry.example.com/shop/web:1.4.2\nvolume config from config map web-config\nvolume data from claim data-web-0"),
            Example.Scheduling("running \"VolumeBinding\" filter plugin for pod \"web-0\": pod has unbound immediate PersistentVolumeClaims"),
        ],
        NearMisses = [Example.Scheduling("0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.")],
    };
}
