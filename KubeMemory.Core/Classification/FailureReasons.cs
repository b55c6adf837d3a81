using System.Collections.Frozen;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Classification;

/// <summary>Reasons of Events, of waiting and terminated containers and of pods' conditions, where the reason alone decides.</summary>
internal static class FailureReasons
{
    /// <summary>Whose Events are watched. A node's trouble is read from its state; other kinds have failures of their own.</summary>
    public static readonly FrozenSet<string> Kinds = FrozenSet.Create(
        "Pod", "ReplicaSet", "ReplicationController", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "PersistentVolumeClaim");

    /// <summary>
    /// Warnings about normal life. FailedToRetrieveImagePullSecret: public images come without it, and a pull that fails says so.
    /// RecreatingFailedPod, FailedDaemonPod: the controller's answer to a failure that the pod itself has told.
    /// </summary>
    public static readonly FrozenSet<string> NormalLife = FrozenSet.Create(
        "InvalidDiskCapacity", "Rebooted", "DNSConfigForming", "CheckLimitsForResolvConf", "MissingClusterDNS", "SandboxChanged", "Killing",
        "FailedToUpdateEndpoint", "FailedToUpdateEndpointSlices", "FailedToCreateEndpoint", "FailedToRetrieveImagePullSecret", "ProbeWarning",
        "RecreatingFailedPod", "FailedDaemonPod", "ExternalExpanding", "AlreadyMountedVolume", "PossibleMemoryBackedVolumesOnDisk",
        "OwnerRefInvalidNamespace", "NodeSysctlChange", "ContainerGCFailed", "ImageGCFailed", "FreeDiskSpaceFailed", "PolicyViolation");

    /// <summary>Messages about normal life, under reasons that can mean trouble.</summary>
    public static readonly string[] NormalMessages =
    [
        "skip schedule deleting pod",
        // two writers met; the next attempt is a moment away
        "the object has been modified",
        // the kubelet forgets a pod's configuration maps while its volumes are torn down (kubernetes/kubernetes#105204)
        "not registered",
        "pod is being deleted",
    ];

    public static readonly FrozenDictionary<string, IncidentType> Types = Table(
        (IncidentType.CrashLoopBackOff, ["CrashLoopBackOff"]),
        (IncidentType.OOMKilled, ["OOMKilled", "OOMKilling", "SystemOOM"]),
        (IncidentType.ImagePullBackOff, ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "InspectFailed", "ImageInspectError", "ErrImageNeverPull", "RegistryUnavailable", "SignatureValidationFailed"]),
        (IncidentType.CreateContainerError, ["CreateContainerError", "RunContainerError", "StartError", "ContainerCannotRun", "FailedCreatePodContainer", "PreCreateHookError", "PreStartHookError"]),
        (IncidentType.HookFailure, ["FailedPostStartHook", "FailedPreStopHook", "PostStartHookError"]),
        (IncidentType.ConfigError, ["CreateContainerConfigError", "FailedCreate", "ReplicaSetCreateError", "FailedValidation", "InvalidSchedule", "UnparseableSchedule", "UnknownTimeZone", "InvalidEnvironmentVariableNames"]),
        (IncidentType.FailedScheduling, ["FailedScheduling", "Unschedulable", "FailedPlacement", "NodeAffinity", "NodePorts", "OutOfcpu", "OutOfmemory", "OutOfpods", "OutOfephemeral-storage", "UnexpectedAdmissionError", "HostPortConflict", "NodeSelectorMismatching", "InsufficientFreeCPU", "InsufficientFreeMemory"]),
        (IncidentType.FailedMount, ["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedUnMount", "FailedDetachVolume", "FailedUnmapDevice", "ProvisioningFailed", "FailedBinding", "VolumeResizeFailed", "FileSystemResizeFailed", "ClaimLost", "ClaimMisbound", "VolumeMismatch"]),
        (IncidentType.ProbeFailure, ["Unhealthy", "ProbeError"]),
        (IncidentType.SandboxFailure, ["FailedCreatePodSandBox", "FailedPodSandBoxStatus", "FailedCreatePodSandbox", "NetworkNotReady", "NetworkFailed", "FailedAddressing", "CNIFailed"]),
        (IncidentType.Evicted, ["Evicted"]),
        (IncidentType.NodePressure, ["NodeNotReady", "NodeUnderPressure"]),
        (IncidentType.PreemptedOrKilled, ["Preempted", "Preempting", "PreemptionByScheduler", "TaintManagerEviction", "DeletionByTaintManager", "NodeShutdown", "Shutdown", "Terminated", "TerminationByKubelet", "NodeLost", "ExceededGracePeriod"]),
        (IncidentType.JobFailed, ["BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy", "FailedIndexes", "MaxFailedIndexesExceeded", "FailedNeedsStart", "TooManyMissedTimes"]));

    private static FrozenDictionary<string, IncidentType> Table(params (IncidentType Type, string[] Reasons)[] rows) =>
        rows.SelectMany(r => r.Reasons.Select(reason => (reason, r.Type))).ToFrozenDictionary(r => r.reason, r => r.Type, StringComparer.Ordinal);
}
