using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Analysis;

/// <summary>The names that are an incident's own: what stands in their place is the same for every incident of the same kind.</summary>
internal sealed class OwnNames
{
    private readonly List<(string Name, string Mark)> _names;

    private OwnNames(IEnumerable<(string? Name, string Mark)> names) =>
        // The longest first: a pod's name begins with its workload's.
        _names =
        [
            .. names.Where(one => one.Name is { Length: > 1 }).Select(one => (one.Name!, one.Mark)).DistinctBy(one => one.Item1)
                .OrderByDescending(one => one.Item1.Length),
        ];

    public static OwnNames Of(IncidentDetail incident) => new(
    [
        .. incident.Pods.Select(pod => ((string?)pod.Name, "<pod>")),
        .. incident.Pods.Select(pod => (pod.NodeName, "<node>")),
        .. incident.Evidence.Select(evidence => (evidence.PodName, "<pod>")),
        .. incident.Evidence.Select(evidence => (evidence.Container, "<container>")),
        (incident.PodName, "<pod>"),
        (incident.NodeName, "<node>"),
        (incident.Image, "<image>"),
        (incident.Workload, "<workload>"),
        (incident.Container, "<container>"),
        (incident.Namespace, "<namespace>"),
    ]);

    public string Replace(string text)
    {
        foreach (var (name, mark) in _names)
        {
            text = NameText.Replace(text, name, mark);
        }

        return text;
    }
}
