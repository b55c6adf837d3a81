namespace KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;

/// <summary>Why a node does not take a pod, as the scheduler tells it.</summary>
internal enum BlockKind
{
    Other,
    ControlPlaneTaint,
    Affinity,
    Taint,
    NodeTrouble,
    Cordoned,
    Resource,
    TooManyPods,
    PodAffinityOfEitherKind,
    PodAffinity,
    PodAntiAffinity,
    Spread,
    HostPort,
    VolumeLimit,
    VolumeSpace,
    NoVolume,
    VolumeZone,
    MissingClaim,
    UnboundClaim,
}

/// <param name="Nodes">How many nodes say so.</param>
/// <param name="Name">The resource, the taint, the claim; null where there is none to name.</param>
/// <param name="Text">As the scheduler says it, without the count.</param>
internal sealed record Block(BlockKind Kind, int Nodes, string? Name, string Text);
