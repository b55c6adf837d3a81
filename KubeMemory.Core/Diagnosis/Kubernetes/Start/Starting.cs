using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

/// <summary>How a container that cannot be started shows: by its reason at first, as a loop once it has been tried again.</summary>
internal static class Starting
{
    public static IReadOnlyList<IncidentType> Types { get; } =
        [IncidentType.CreateContainerError, IncidentType.ConfigError, IncidentType.CrashLoopBackOff, IncidentType.HookFailure, IncidentType.JobFailed, IncidentType.Unknown];
}
