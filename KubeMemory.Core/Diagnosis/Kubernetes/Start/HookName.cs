using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

/// <summary>Which hook it was: the message itself often does not tell, the reason does.</summary>
internal static class HookName
{
    /// <summary>Adds the fact <c>hook</c>: <c>postStart</c>, <c>preStop</c>, or <c>lifecycle</c> where nothing tells.</summary>
    public static IReadOnlyDictionary<string, string>? Add(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        var said = incident.Evidence.Where(e => e.Kind is EvidenceKind.Event or EvidenceKind.ContainerState).Select(e => $"{e.Title}\n{e.Text}").ToList();
        var (start, stop) = (Says(said, "PostStart"), Says(said, "PreStop"));
        var hook = start == stop ? "lifecycle" : start ? "postStart" : "preStop";
        return new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["hook"] = hook };
    }

    private static bool Says(List<string> texts, string word) => texts.Exists(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
