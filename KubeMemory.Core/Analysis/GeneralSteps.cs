using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Analysis;

/// <summary>How to look further where nothing is known: commands that read, and nothing else.</summary>
internal static class GeneralSteps
{
    public static IReadOnlyList<SignatureStep> Of(DiagnosisCase incident)
    {
        var steps = new List<SignatureStep>();
        if (incident.PodName is { } pod)
        {
            steps.Add(new("Look at the pod's conditions, container states and events.", $"kubectl -n {incident.Namespace} describe pod {pod}"));
            if (incident.Container.Length > 0)
            {
                steps.Add(new("Read what the container wrote before it ended.", $"kubectl -n {incident.Namespace} logs {pod} -c {incident.Container} --previous --tail=200"));
            }
        }

        steps.Add(new("Read the latest events of the namespace.", $"kubectl -n {incident.Namespace} get events --sort-by=.lastTimestamp"));
        if (incident.WorkloadKind is "Deployment" or "StatefulSet" or "DaemonSet")
        {
            steps.Add(new(
                "See what has been rolled out lately.", $"kubectl -n {incident.Namespace} rollout history {incident.WorkloadKind.ToLowerInvariant()}/{incident.Workload}"));
        }

        return [.. steps.Select(step => CommandGuard.IsPlain(step.Command!) ? step : step with { Command = null })];
    }
}
