using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Network;

/// <summary>How a pod's network that cannot be set up shows.</summary>
internal static class Sandbox
{
    public static IReadOnlyList<IncidentType> Types { get; } = [IncidentType.SandboxFailure, IncidentType.CreateContainerError, IncidentType.Unknown];
}
