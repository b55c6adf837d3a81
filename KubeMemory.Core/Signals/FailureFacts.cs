using KubeMemory.Core.Classification;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Core.Signals;

/// <summary>What is known of one failure: what was said about it and the state of what it is about.</summary>
/// <param name="Status">Of the container; null where the failure is the pod's or the pod is not to be seen.</param>
internal sealed record FailureFacts(
    FailureReading Reading,
    string Namespace,
    string Container,
    KubePod? Pod,
    ContainerStatus? Status,
    string? Node,
    WorkloadRef Owner)
{
    public TerminatedState? Ended { get; } = ContainerStates.Ended(Status);

    public string? Image =>
        (Pod is not null && Container.Length > 0 ? ContainerStates.FindSpec(Pod, Container)?.Image : null) ?? Reading.Classified.Image ?? Status?.Image;

    /// <summary>
    /// The state knows better: a back-off is only how an OOM kill shows, and a container that could not be started and is tried again
    /// is looping.
    /// </summary>
    public IncidentType Type => Reading.Classified.Type switch
    {
        IncidentType.CrashLoopBackOff or IncidentType.CreateContainerError when Ended?.Reason == "OOMKilled" => IncidentType.OOMKilled,
        IncidentType.CreateContainerError when Status?.RestartCount > 0 => IncidentType.CrashLoopBackOff,
        var said => said,
    };
}

/// <param name="Message">Redacted and cut.</param>
internal sealed record FailureReading(string Reason, string Message, Classified Classified)
{
    /// <summary>The state says what it is; the text only why.</summary>
    public FailureReading As(IncidentType type) => Classified.Type == type ? this : this with { Classified = Classified with { Type = type } };
}

/// <summary>Which failures are a container's and which the pod's: the container is part of the incident's key.</summary>
internal static class FailureScope
{
    public static bool IsOfContainer(IncidentType type) => type.Family() is
        FailureFamily.StartAndCrash or FailureFamily.Image or FailureFamily.Probe or FailureFamily.Configuration or FailureFamily.Other;

    public static string ContainerOf(Classified classified, string? fieldPath, KubePod? pod, string kind)
    {
        if (kind != "Pod" || !IsOfContainer(classified.Type))
        {
            return "";
        }

        if (NameIn(fieldPath) is { } named)
        {
            return named;
        }

        return (classified.Container is { } said && ObjectNames.CanBe(said) ? said : null) ?? (classified.Type != IncidentType.Unknown && pod?.Spec?.Containers is [var only] && pod.Spec.InitContainers is null or [] ? only.Name : "");
    }

    // spec.containers{api}, spec.initContainers{migrate}, spec.ephemeralContainers{debug}
    private static string? NameIn(string? fieldPath)
    {
        var open = fieldPath?.IndexOf('{') ?? -1;
        return open > 0 && fieldPath![^1] == '}' && fieldPath[(open + 1)..^1] is var name && ObjectNames.CanBe(name) ? name : null;
    }
}
