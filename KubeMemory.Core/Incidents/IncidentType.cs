namespace KubeMemory.Core.Incidents;

/// <summary>What kind of failure an incident is. Mutable within its family: the most specific one seen wins.</summary>
public enum IncidentType
{
    Unknown,
    CrashLoopBackOff,
    OOMKilled,
    CreateContainerError,
    HookFailure,
    ImagePullBackOff,
    FailedScheduling,
    FailedMount,
    ProbeFailure,
    SandboxFailure,
    Evicted,
    NodePressure,
    PreemptedOrKilled,
    ConfigError,
    JobFailed,
}

/// <summary>Which failures are one problem: part of the incident key, so that one failure that shows under several reasons is one incident.</summary>
public enum FailureFamily
{
    Other,
    StartAndCrash,
    Image,
    Scheduling,
    Volume,
    Probe,
    SandboxAndNetwork,
    NodeAndEviction,
    Configuration,
    Job,
}

public enum Severity
{
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>Where an incident stands. <see cref="Stale"/>: quiet for two hours where pods cannot be read, so nobody knows.</summary>
public enum IncidentStatus
{
    Open,
    Investigating,
    Resolved,
    Stale,
}

public static class IncidentTypes
{
    /// <summary>The family that a type belongs to; every type has exactly one.</summary>
    public static FailureFamily Family(this IncidentType type) => type switch
    {
        IncidentType.CrashLoopBackOff or IncidentType.OOMKilled or IncidentType.CreateContainerError or IncidentType.HookFailure => FailureFamily.StartAndCrash,
        IncidentType.ImagePullBackOff => FailureFamily.Image,
        IncidentType.FailedScheduling => FailureFamily.Scheduling,
        IncidentType.FailedMount => FailureFamily.Volume,
        IncidentType.ProbeFailure => FailureFamily.Probe,
        IncidentType.SandboxFailure => FailureFamily.SandboxAndNetwork,
        IncidentType.Evicted or IncidentType.NodePressure or IncidentType.PreemptedOrKilled => FailureFamily.NodeAndEviction,
        IncidentType.ConfigError => FailureFamily.Configuration,
        IncidentType.JobFailed => FailureFamily.Job,
        _ => FailureFamily.Other,
    };

    /// <summary>
    /// How much a type says, within its family; the higher one stays. A crash loop outranks a create error because a container that
    /// could not start and backs off is looping (the create error stays as its cause); an OOM kill outranks both, because BackOff is
    /// only how it shows.
    /// </summary>
    public static int Specificity(this IncidentType type) => type switch
    {
        IncidentType.OOMKilled => 40,
        IncidentType.HookFailure => 30,
        IncidentType.CrashLoopBackOff => 20,
        IncidentType.CreateContainerError => 10,
        IncidentType.Evicted => 30,
        IncidentType.NodePressure => 20,
        IncidentType.PreemptedOrKilled => 10,
        IncidentType.Unknown => 0,
        _ => 10,
    };

    /// <summary>False where the events themselves say what is wrong, and logs or states would add nothing to it.</summary>
    public static bool NeedsEvidence(this IncidentType type) =>
        type is not (IncidentType.ImagePullBackOff or IncidentType.FailedMount or IncidentType.PreemptedOrKilled);
}
