using KubeMemory.Core.Diagnosis.Kubernetes.Admission;
using KubeMemory.Core.Diagnosis.Kubernetes.Images;
using KubeMemory.Core.Diagnosis.Kubernetes.Jobs;
using KubeMemory.Core.Diagnosis.Kubernetes.Network;
using KubeMemory.Core.Diagnosis.Kubernetes.Nodes;
using KubeMemory.Core.Diagnosis.Kubernetes.Scheduling;
using KubeMemory.Core.Diagnosis.Kubernetes.Start;
using KubeMemory.Core.Diagnosis.Kubernetes.Volumes;

namespace KubeMemory.Core.Diagnosis.Kubernetes;

/// <summary>What Kubernetes itself says: scheduling, images, volumes, sandbox, nodes, jobs, admission, and how a container could not be started.</summary>
internal static class KubernetesSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        .. SchedulingSignatures.All,
        .. ImagesSignatures.All,
        .. StartSignatures.All,
        .. VolumesSignatures.All,
        .. NetworkSignatures.All,
        .. NodesSignatures.All,
        .. JobsSignatures.All,
        .. AdmissionSignatures.All,
    ];
}
