using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

/// <summary>The memory limit of the container, from the text of its spec: <c>  limits: cpu=1, memory=4Mi</c>.</summary>
internal static class SpecLimit
{
    /// <summary>Adds the fact <c>limit</c> where one container is told, or the one of the incident.</summary>
    public static IReadOnlyDictionary<string, string>? AddMemory(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var limits = new List<(string Container, string Limit)>();
        var container = "";
        foreach (var line in incident.Evidence.Where(e => e.Kind == EvidenceKind.PodSpec).SelectMany(e => e.Text.Split('\n')))
        {
            if (line.StartsWith("container ", StringComparison.Ordinal))
            {
                container = line["container ".Length..].Trim();
            }
            else if (line.TrimStart() is var told && told.StartsWith("limits: ", StringComparison.Ordinal)
                && told["limits: ".Length..].Split(", ").FirstOrDefault(pair => pair.StartsWith("memory=", StringComparison.Ordinal)) is { } memory)
            {
                limits.Add((container, memory["memory=".Length..].Trim()));
            }
        }

        var own = limits.Where(l => l.Container == incident.Container).Concat(limits.Count == 1 ? limits : []).Select(l => l.Limit).FirstOrDefault();
        return own is null ? facts : new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["limit"] = own };
    }
}
