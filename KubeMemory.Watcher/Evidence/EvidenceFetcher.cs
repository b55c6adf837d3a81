using System.Globalization;
using System.Net;
using System.Text;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Watcher.Evidence;

/// <summary>Gathers what an incident asks for: logs of the right containers, current and previous, pod spec, node, rollouts; room on nodes for a pod that none takes. Stateless.</summary>
public static class EvidenceFetcher
{
    /// <summary>Of an incident with more pods, those worst off.</summary>
    public const int MaxPods = 3;

    /// <summary>Of a pod, where the incident names no container.</summary>
    public const int MaxContainers = 3;

    /// <summary>How many lines are asked for where 200 did not fit the limit: the last words matter.</summary>
    private const int LinesWhenLong = 20;

    /// <summary>Never fails for what cannot be read: that is named in <see cref="EvidenceSignal.Missing"/>.</summary>
    public static async Task<EvidenceSignal> FetchAsync(
        IKubernetesReader reader, ClusterView view, EvidenceRequest request, TimeProvider time, Redactor redactor, CancellationToken cancellationToken)
    {
        var items = new List<EvidenceItem>();
        var missing = new List<string>();
        var workload = new WorkloadRef(request.Namespace, request.WorkloadKind, request.WorkloadName);
        var pods = await PodsAsync(reader, view, workload, request, missing, cancellationToken).ConfigureAwait(false);
        var container = request.Container.Length == 0 ? null : request.Container;
        foreach (var pod in pods)
        {
            var now = time.GetUtcNow();
            items.AddRange(EvidenceBuilder.ContainerStates(pod, container, now, redactor));
            await AddLogsAsync(reader, pod, container, items, missing, time, redactor, cancellationToken).ConfigureAwait(false);
        }

        var scheduling = request.Type == IncidentType.FailedScheduling;
        var asking = pods.Count > 0 ? pods[0] : scheduling ? FromTemplate(view, workload) : null;
        if (asking is not null && EvidenceBuilder.PodSpec(asking, container, time.GetUtcNow(), redactor) is { } spec)
        {
            items.Add(spec);
        }

        if (scheduling)
        {
            AddRoom(view, asking, items, missing, time, redactor);
        }

        AddNodes(view, pods, items, time, redactor);
        if (EvidenceBuilder.Rollout(workload, view.ChildrenOf(workload), time.GetUtcNow(), redactor) is { } rollout)
        {
            items.Add(rollout);
        }

        return new EvidenceSignal { ClusterId = request.ClusterId, IncidentId = request.IncidentId, Items = items, Missing = [.. missing.Distinct()] };
    }

    private static async Task<IReadOnlyList<KubePod>> PodsAsync(
        IKubernetesReader reader, ClusterView view, WorkloadRef workload, EvidenceRequest request, List<string> missing, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, KubePod>(StringComparer.Ordinal);
        var gone = new List<string>();
        foreach (var name in request.Pods.Distinct())
        {
            if (view.Pod(request.Namespace, name) is { } seen)
            {
                found[name] = seen;
            }
            else if (gone.Count < MaxPods && await GetAsync(reader, request.Namespace, name, missing, cancellationToken).ConfigureAwait(false) is { } read)
            {
                found[name] = read;
            }
            else
            {
                gone.Add(name);
            }
        }

        var named = found.Count;
        foreach (var pod in view.PodsOf(workload).Where(p => Trouble(p, request.Container) > 0 || named == 0))
        {
            found.TryAdd(pod.Metadata.Name, pod);
        }

        missing.AddRange(gone.Take(MaxPods).Where(_ => found.Count < MaxPods).Select(n => $"The pod {n} is gone, and its logs with it."));
        return [.. found.Values
            .OrderByDescending(p => request.Type == IncidentType.FailedScheduling && IsUnplaced(p))
            .ThenByDescending(p => Trouble(p, request.Container))
            .ThenByDescending(p => LastEnd(p, request.Container))
            .ThenBy(p => p.Metadata.Name, StringComparer.Ordinal)
            .Take(MaxPods)];
    }

    /// <summary>A pod as the workload would make it, where none of it is to be seen.</summary>
    private static KubePod? FromTemplate(ClusterView view, WorkloadRef workload)
    {
        var newest = view.ChildrenOf(workload).MaxBy(static child => child.Metadata.CreationTimestamp);
        var template = view.Workload(workload)?.Spec?.Template?.Spec ?? newest?.Spec?.Template?.Spec;
        return template is null ? null : new KubePod { Metadata = new() { Namespace = workload.Namespace, Name = workload.Name }, Spec = template };
    }

    private static bool IsUnplaced(KubePod pod) => string.IsNullOrEmpty(pod.Spec?.NodeName);

    private static async Task<KubePod?> GetAsync(IKubernetesReader reader, string ns, string name, List<string> missing, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.GetAsync(KubeResources.Pods, ns, name, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e)
        {
            missing.Add($"The pod {name} could not be read: {e.Message}");
            return null;
        }
    }

    private static IEnumerable<ContainerStatus> StatusesOf(KubePod pod, string container) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).Where(s => container.Length == 0 || s.Name == container);

    /// <summary>How badly off: failing now counts most, then how often it was restarted.</summary>
    private static int Trouble(KubePod pod, string container)
    {
        var trouble = pod.Status?.Phase is "Pending" or "Failed" ? 1000 : 0;
        foreach (var status in StatusesOf(pod, container))
        {
            trouble += status.State?.Waiting?.Reason is { } reason && reason is not ("ContainerCreating" or "PodInitializing") ? 4000 : 0;
            trouble += status.State?.Terminated is { ExitCode: not 0 } ? 3000 : 0;
            trouble += status is { State.Running: not null, Ready: false } ? 500 : 0;
            trouble += Math.Min(status.RestartCount, 400);
        }

        return trouble;
    }

    private static DateTimeOffset LastEnd(KubePod pod, string container) => StatusesOf(pod, container)
        .Select(s => s.State?.Terminated?.FinishedAt ?? s.LastState?.Terminated?.FinishedAt ?? DateTimeOffset.MinValue)
        .DefaultIfEmpty(DateTimeOffset.MinValue).Max();

    private static async Task AddLogsAsync(
        IKubernetesReader reader, KubePod pod, string? container, List<EvidenceItem> items, List<string> missing, TimeProvider time, Redactor redactor, CancellationToken cancellationToken)
    {
        foreach (var status in ContainersToRead(pod, container))
        {
            var started = status.State?.Running is not null || status.State?.Terminated is not null || status.RestartCount > 0 || status.LastState?.Terminated is not null;
            var restarted = status.RestartCount > 0 || status.LastState?.Terminated is not null;
            foreach (var previous in (bool[])(restarted ? [true, false] : started ? [false] : []))
            {
                await AddLogAsync(reader, pod, status.Name, previous, items, missing, time, redactor, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The one that the incident names; else those that are, or were, in trouble.
    private static IEnumerable<ContainerStatus> ContainersToRead(KubePod pod, string? container) => container is not null
        ? StatusesOf(pod, container).Take(1)
        : StatusesOf(pod, "")
            .Where(static s => !s.Ready || s.RestartCount > 0)
            .Where(static s => s.State?.Terminated is not { ExitCode: 0 })
            .OrderByDescending(static s => s.RestartCount)
            .Take(MaxContainers);

    private static async Task AddLogAsync(
        IKubernetesReader reader, KubePod pod, string container, bool previous, List<EvidenceItem> items, List<string> missing, TimeProvider time, Redactor redactor, CancellationToken cancellationToken)
    {
        var instance = previous ? "previous" : "current";
        try
        {
            var query = new LogQuery(pod.Metadata.Namespace, pod.Metadata.Name, container, previous, EvidenceBuilder.LogLines);
            var text = await reader.GetLogAsync(query, cancellationToken).ConfigureAwait(false);
            if (Encoding.UTF8.GetByteCount(text) >= query.LimitBytes)
            {
                // The limit counts from the start of the tail: what was cut off is the end.
                text = await reader.GetLogAsync(query with { TailLines = LinesWhenLong }, cancellationToken).ConfigureAwait(false);
            }

            if (string.IsNullOrWhiteSpace(text))
            {
                missing.Add($"The {instance} log of {container} in {pod.Metadata.Name} is empty.");
                return;
            }

            items.Add(EvidenceBuilder.Log(pod.Metadata.Name, container, previous, text, time.GetUtcNow(), redactor));
        }
        catch (KubernetesException e)
        {
            missing.Add(WhyNoLog(e, container, pod.Metadata.Name, instance));
        }
    }

    private static string WhyNoLog(KubernetesException e, string container, string pod, string instance) => e.Status switch
    {
        HttpStatusCode.BadRequest when instance == "previous" => $"The previous log of {container} in {pod} is no longer there.",
        HttpStatusCode.BadRequest => $"The container {container} in {pod} has not started, so it has no log.",
        HttpStatusCode.NotFound => string.Create(CultureInfo.InvariantCulture, $"The {instance} log of {container} in {pod} is not to be had: the pod or its log is gone."),
        _ => $"The {instance} log of {container} in {pod} could not be read: {e.Message}",
    };

    private static void AddRoom(ClusterView view, KubePod? asking, List<EvidenceItem> items, List<string> missing, TimeProvider time, Redactor redactor)
    {
        if (NodeRoom.Of(view, asking, time.GetUtcNow(), redactor) is { } room)
        {
            items.Add(room);
        }
        else
        {
            missing.Add("No node could be read, so that it is not known how much room they have.");
        }
    }

    private static void AddNodes(ClusterView view, IReadOnlyList<KubePod> pods, List<EvidenceItem> items, TimeProvider time, Redactor redactor)
    {
        foreach (var node in pods.Select(static p => p.Spec?.NodeName).OfType<string>().Distinct().Select(view.Node).OfType<KubeNode>())
        {
            if (EvidenceBuilder.Node(node, time.GetUtcNow(), redactor) is { } item)
            {
                items.Add(item);
            }
        }
    }
}
