using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Nodes;

/// <summary>How a pod that has to leave its node shows; a Job tells of it as its own failure.</summary>
internal static class Leaving
{
    public static IReadOnlyList<IncidentType> Types { get; } =
        [IncidentType.Evicted, IncidentType.PreemptedOrKilled, IncidentType.NodePressure, IncidentType.JobFailed, IncidentType.CrashLoopBackOff];
}
