namespace KubeMemory.Core.Kubernetes;

/// <summary>How many replicas a workload wants and has, by its kind.</summary>
internal static class WorkloadReadiness
{
    public static (int Desired, int Ready, DateTimeOffset? AllReadySince) Of(ClusterView view, WorkloadRef workload)
    {
        if (workload.Kind == "Node")
        {
            return OfNode(view.Node(workload.Name));
        }

        var pods = view.PodsOf(workload);
        if (view.Workload(workload) is not { } known)
        {
            return OfPods(pods);
        }

        return workload.Kind switch
        {
            "Job" => OfJob(known, pods),
            "CronJob" => OfCronJob(view, workload, pods),
            "PersistentVolumeClaim" => known.Status?.Phase == "Bound" ? (1, 1, known.Metadata.CreationTimestamp) : (1, 0, null),
            _ => OfReplicas(known, pods),
        };
    }

    public static (int Desired, int Ready) Replicas(ClusterView view, WorkloadRef workload)
    {
        if (workload.Kind is "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" && view.Workload(workload) is { } known)
        {
            var (wanted, has) = CountsOf(known);
            return (wanted, Math.Min(has, wanted));
        }

        var (desired, ready, _) = Of(view, workload);
        return (desired, ready);
    }

    public static bool IsFinished(KubePod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    public static bool IsReady(KubePod pod) => ReadyCondition(pod)?.Status == "True";

    private static (int Desired, int Ready) CountsOf(KubeWorkload workload) => workload.Kind == "DaemonSet"
        ? (workload.Status?.DesiredNumberScheduled ?? 0, workload.Status?.NumberReady ?? 0)
        : (workload.Spec?.Replicas ?? 1, workload.Status?.ReadyReplicas ?? 0);

    private static StatusCondition? ReadyCondition(KubePod pod) => Array.Find(pod.Status?.Conditions ?? [], c => c.Type == "Ready");

    private static (int Desired, int Ready, DateTimeOffset? AllReadySince) OfReplicas(KubeWorkload workload, IReadOnlyList<KubePod> pods)
    {
        var (desired, ready) = CountsOf(workload);
        if (desired == 0 || ready < desired)
        {
            return (desired, Math.Min(ready, desired), null);
        }

        var living = pods.Where(IsLiving).ToList();
        if (living.Count == 0)
        {
            // Pods cannot be seen: the workload itself says since when it has been available.
            return (desired, desired, Array.Find(workload.Status?.Conditions ?? [], c => c is { Type: "Available", Status: "True" })?.LastTransitionTime);
        }

        return (desired, desired, living.TrueForAll(IsReady) ? Newest(living) : null);
    }

    private static (int Desired, int Ready, DateTimeOffset? AllReadySince) OfJob(KubeWorkload job, IReadOnlyList<KubePod> pods)
    {
        if (job.Spec?.Suspend == true)
        {
            return (0, 0, null);
        }

        var desired = job.Spec?.Completions ?? 1;
        if (Array.Find(job.Status?.Conditions ?? [], c => c is { Type: "Complete", Status: "True" }) is { } complete)
        {
            return (desired, desired, job.Status?.CompletionTime ?? complete.LastTransitionTime);
        }

        // A Job works on at most so many at a time: those that wait for their turn are not missing.
        var succeeded = job.Status?.Succeeded ?? 0;
        var wanted = Math.Min(desired, succeeded + (job.Spec?.Parallelism ?? 1));
        var living = pods.Where(IsLiving).ToList();
        var ready = Math.Min(wanted, succeeded + living.Count(IsReady));
        var well = ready == wanted && living.Count > 0 && living.TrueForAll(IsReady);
        return (wanted, ready, well ? Newest(living) : null);
    }

    /// <summary>As its newest Job stands; a CronJob that has none has nothing to be ready.</summary>
    private static (int Desired, int Ready, DateTimeOffset? AllReadySince) OfCronJob(ClusterView view, WorkloadRef cronJob, IReadOnlyList<KubePod> pods)
    {
        var newest = view.ChildrenOf(cronJob).MaxBy(j => j.Metadata.CreationTimestamp);
        return newest is null
            ? OfPods(pods)
            : OfJob(newest, [.. pods.Where(p => Array.Exists(p.Metadata.OwnerReferences ?? [], o => o.Name == newest.Metadata.Name))]);
    }

    /// <summary>Bare pods, and workloads whose own object cannot be seen.</summary>
    private static (int Desired, int Ready, DateTimeOffset? AllReadySince) OfPods(IReadOnlyList<KubePod> pods)
    {
        // An evicted pod that its controller has replaced is only a leftover; a bare or a Job's pod that failed is all there is.
        var living = pods.Where(IsLiving).ToList();
        var counted = living.Count > 0 ? living : [.. pods.Where(p => p.Metadata.DeletionTimestamp is null)];
        var ready = counted.Where(p => IsReady(p) || p.Status?.Phase == "Succeeded").ToList();
        return (counted.Count, ready.Count, counted.Count > 0 && ready.Count == counted.Count ? Newest(ready) : null);
    }

    private static (int Desired, int Ready, DateTimeOffset? AllReadySince) OfNode(KubeNode? node)
    {
        if (node is null)
        {
            return (0, 0, null);
        }

        var conditions = node.Status?.Conditions ?? [];
        return Array.Exists(conditions, NodeConditions.IsTrouble)
            ? (1, 0, null)
            : (1, 1, conditions.Max(c => c.LastTransitionTime));
    }

    private static bool IsLiving(KubePod pod) => pod.Metadata.DeletionTimestamp is null && !IsFinished(pod);

    private static DateTimeOffset? Newest(IEnumerable<KubePod> pods) => pods.Max(p => ReadyCondition(p)?.LastTransitionTime);
}
