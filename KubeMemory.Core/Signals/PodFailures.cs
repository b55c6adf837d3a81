using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Core.Signals;

/// <summary>What a pod's state says is wrong with it, container by container and of the pod as a whole.</summary>
internal static class PodFailures
{
    /// <summary>How long a pod may be unready before its failing probe is no longer the start-up's.</summary>
    public static readonly TimeSpan UnreadyAtMost = TimeSpan.FromMinutes(5);

    /// <param name="Since">When it happened or began: the fact's own time, so that the same state gives the same signal.</param>
    internal sealed record Failure(string Reason, string Message, DateTimeOffset Since)
    {
        /// <summary>What the state proves, whatever its text says.</summary>
        public IncidentType? Type { get; init; }

        /// <summary>What tells this failure from the next one of its kind.</summary>
        public DateTimeOffset? FinishedAt { get; init; }

        public string Container { get; init; } = "";

        public ContainerStatus? Status { get; init; }

        public bool Sustained { get; init; }
    }

    public static IEnumerable<Failure> Of(KubePod pod, DateTimeOffset now, Func<bool> jobIsDone)
    {
        var whole = OfPod(pod, now);
        if (whole is not null)
        {
            yield return whole;
        }

        // A kubelet that evicts a pod ends its containers: their exit codes are its doing.
        if (whole?.Reason is not (null or "Unschedulable") || (pod.Status?.Phase == "Failed" && jobIsDone()))
        {
            yield break;
        }

        foreach (var status in ContainerStates.Of(pod))
        {
            if (OfContainer(pod, status, now) is { } failure)
            {
                yield return failure with { Container = status.Name, Status = status };
            }
        }
    }

    /// <summary>Unready for five minutes by its own Ready condition.</summary>
    public static bool IsLongUnready(KubePod pod, DateTimeOffset now) =>
        Condition(pod, "Ready") is { Status: "False", LastTransitionTime: { } since } && now - since >= UnreadyAtMost;

    /// <summary>In the pod's first five minutes.</summary>
    public static bool IsStartingAt(KubePod pod, DateTimeOffset at) => (pod.Status?.StartTime ?? pod.Metadata.CreationTimestamp) is { } start && at - start < UnreadyAtMost;

    private static Failure? OfPod(KubePod pod, DateTimeOffset now)
    {
        var status = pod.Status;
        if (Condition(pod, "DisruptionTarget") is { Status: "True", Reason: "PreemptionByScheduler" or "DeletionByTaintManager" } disruption)
        {
            return new Failure(disruption.Reason, disruption.Message ?? "", disruption.LastTransitionTime ?? Started(pod, now));
        }

        if (status is { Reason: { Length: > 0 } reason } && (status.Phase == "Failed" || reason == "NodeLost"))
        {
            return new Failure(reason, status.Message ?? "", Condition(pod, "Ready")?.LastTransitionTime ?? Started(pod, now));
        }

        return pod.Metadata.DeletionTimestamp is null && Condition(pod, "PodScheduled") is { Status: "False", Reason: "Unschedulable" } unscheduled
            ? new Failure("Unschedulable", unscheduled.Message ?? "", unscheduled.LastTransitionTime ?? Started(pod, now))
            : null;
    }

    private static Failure? OfContainer(KubePod pod, ContainerStatus status, DateTimeOffset now)
    {
        if (ContainerStates.Ended(status) is { Reason: "OOMKilled" } killed)
        {
            return Ended("OOMKilled", killed.Message ?? "", killed, pod, now) with { Type = IncidentType.OOMKilled };
        }

        // What a container does while its pod is taken down, exit code 143 above all, is how it ends.
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }

        if (status.State?.Waiting is { Reason: { Length: > 0 } reason } waiting)
        {
            return Waiting(pod, status, reason, waiting.Message ?? "", now);
        }

        return status.State?.Terminated is { ExitCode: not 0 } failed ? Failed(pod, status, failed, now) : LongUnready(pod, status, now);
    }

    private static Failure? Waiting(KubePod pod, ContainerStatus status, string reason, string message, DateTimeOffset now)
    {
        var last = status.LastState?.Terminated;
        return reason switch
        {
            "ContainerCreating" or "PodInitializing" => null,
            "CrashLoopBackOff" when last is not null => Ended(reason, message, last, pod, now),
            "RunContainerError" or "CreateContainerError" or "StartError" when last is not null && status.RestartCount > 0 => Ended(reason, message, last, pod, now),
            _ => Classification.FailureReasons.Types.ContainsKey(reason) ? new Failure(reason, message, Started(pod, now)) : null,
        };
    }

    /// <summary>
    /// Ended with an error and is not running again: it is restarting for at least the second time, or its pod has failed for good. One
    /// bad start that is mended by the next is normal life.
    /// </summary>
    private static Failure? Failed(KubePod pod, ContainerStatus status, TerminatedState failed, DateTimeOffset now) =>
        pod.Status?.Phase == "Failed" || status.RestartCount > 0
            ? Ended("CrashLoopBackOff", failed.Message ?? "", failed, pod, now) with { Type = IncidentType.CrashLoopBackOff }
            : null;

    /// <summary>Runs, has a probe to pass and has not passed it for five minutes.</summary>
    private static Failure? LongUnready(KubePod pod, ContainerStatus status, DateTimeOffset now)
    {
        if (status.Ready || status.State?.Running is null || !IsLongUnready(pod, now))
        {
            return null;
        }

        var spec = ContainerStates.FindSpec(pod, status.Name);
        var probe = spec?.StartupProbe is not null && status.Started != true ? "Startup" : spec?.ReadinessProbe is not null ? "Readiness" : null;
        return probe is null
            ? null
            : new Failure("Unhealthy", $"{probe} probe failed: not passed since the container became unready", Condition(pod, "Ready")!.LastTransitionTime!.Value)
            {
                Type = IncidentType.ProbeFailure,
                Sustained = true,
            };
    }

    private static Failure Ended(string reason, string message, TerminatedState ended, KubePod pod, DateTimeOffset now) =>
        new(reason, message, ended.FinishedAt ?? Started(pod, now)) { FinishedAt = ended.FinishedAt };

    private static StatusCondition? Condition(KubePod pod, string type) => Array.Find(pod.Status?.Conditions ?? [], c => c.Type == type);

    private static DateTimeOffset Started(KubePod pod, DateTimeOffset now) => pod.Status?.StartTime ?? pod.Metadata.CreationTimestamp ?? now;
}
