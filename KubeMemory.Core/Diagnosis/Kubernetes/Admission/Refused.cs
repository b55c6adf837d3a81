using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Admission;

/// <summary>How pods that the API server does not take show.</summary>
internal static class Refused
{
    public static IReadOnlyList<IncidentType> Types { get; } = [IncidentType.ConfigError, IncidentType.JobFailed, IncidentType.FailedScheduling, IncidentType.Unknown];
}
