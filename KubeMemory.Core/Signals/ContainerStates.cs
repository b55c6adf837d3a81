using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Core.Signals;

/// <summary>A pod's containers, init containers first, as they run.</summary>
internal static class ContainerStates
{
    public static IEnumerable<ContainerStatus> Of(KubePod pod) => [.. pod.Status?.InitContainerStatuses ?? [], .. pod.Status?.ContainerStatuses ?? []];

    public static IEnumerable<ContainerSpec> SpecsOf(KubePod pod) => [.. pod.Spec?.InitContainers ?? [], .. pod.Spec?.Containers ?? []];

    public static ContainerStatus? Find(KubePod pod, string container) =>
        Array.Find(pod.Status?.ContainerStatuses ?? [], s => s.Name == container) ?? Array.Find(pod.Status?.InitContainerStatuses ?? [], s => s.Name == container);

    public static ContainerSpec? FindSpec(KubePod pod, string container) =>
        Array.Find(pod.Spec?.Containers ?? [], s => s.Name == container) ?? Array.Find(pod.Spec?.InitContainers ?? [], s => s.Name == container);

    /// <summary>How it last ended: now, or before it was started again.</summary>
    public static TerminatedState? Ended(ContainerStatus? status) => status?.State?.Terminated ?? status?.LastState?.Terminated;
}
