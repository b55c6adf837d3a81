using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis;

/// <summary>What a diagnosis reads: one incident with its evidence, redacted and bounded as it is stored.</summary>
public sealed record DiagnosisCase
{
    public required IncidentType Type { get; init; }

    public required string Namespace { get; init; }

    public required string WorkloadKind { get; init; }

    public required string Workload { get; init; }

    /// <summary>Empty where the failure is the pod's.</summary>
    public string Container { get; init; } = "";

    public string? PodName { get; init; }

    public string? NodeName { get; init; }

    public string? Image { get; init; }

    /// <summary>By ordinal, as the incident's page shows it.</summary>
    public required IReadOnlyList<CaseEvidence> Evidence { get; init; }

    /// <summary>What the watcher could not read, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    public static DiagnosisCase Of(IncidentDetail incident)
    {
        ArgumentNullException.ThrowIfNull(incident);
        return new DiagnosisCase
        {
            Type = incident.IncidentType,
            Namespace = incident.Namespace,
            WorkloadKind = incident.WorkloadKind,
            Workload = incident.Workload,
            Container = incident.Container,
            PodName = incident.PodName,
            NodeName = incident.NodeName,
            Image = incident.Image,
            Evidence = [.. incident.Evidence.Select(e => new CaseEvidence(e.Id, e.Kind, e.Title, e.Text, e.PodName, e.Container, e.Previous))],
            Missing = incident.MissingEvidence,
        };
    }
}

/// <param name="Id">Within the incident: <c>E1</c>, <c>E2</c>, …</param>
/// <param name="Title">Of an event: <c>FailedScheduling on Pod api-1</c>.</param>
/// <param name="Previous">For logs: of the container's previous instance, the one that crashed.</param>
public sealed record CaseEvidence(
    string Id, EvidenceKind Kind, string Title, string Text, string? PodName = null, string? Container = null, bool Previous = false);
