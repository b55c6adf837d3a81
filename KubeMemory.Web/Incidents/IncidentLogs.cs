using KubeMemory.Core.Contracts;
using KubeMemory.Core.Signals;
using KubeMemory.Web.Layout;

namespace KubeMemory.Web.Incidents;

/// <summary>The logs of one container of one pod, as lines fit to be shown. Null where that log was not read.</summary>
public sealed record ContainerLogs(string PodName, string Container, EvidenceDto? Previous, EvidenceDto? Current)
{
    public string Name => PodName.Length == 0 ? Container : $"{PodName} / {Container}";

    /// <summary>By pod and container, in the order of the evidence; a crashed container's first.</summary>
    public static IReadOnlyList<ContainerLogs> Of(IEnumerable<EvidenceDto> evidence) =>
    [
        .. evidence.Where(e => e.Kind == EvidenceKind.Log)
            .GroupBy(e => (Pod: e.PodName ?? "", Container: e.Container ?? ""))
            .Select(g => new ContainerLogs(g.Key.Pod, g.Key.Container, g.LastOrDefault(e => e.Previous), g.LastOrDefault(e => !e.Previous)))
            .OrderBy(l => l.Previous is null),
    ];
}

/// <param name="Number">From 1.</param>
/// <param name="Parts">The line, cut where the search hits: odd ones are hits.</param>
public sealed record LogLine(int Number, IReadOnlyList<string> Parts)
{
    /// <summary>Lines that hold the words, or all where nothing is searched.</summary>
    public static IReadOnlyList<LogLine> Of(string? text, string search)
    {
        var lines = PlainText.Lines(text).Select((line, i) => new LogLine(i + 1, Cut(line, search)));
        return [.. search.Length == 0 ? lines : lines.Where(l => l.Parts.Count > 1)];
    }

    private static List<string> Cut(string line, string search)
    {
        var parts = new List<string>();
        var start = 0;
        while (search.Length > 0 && line.IndexOf(search, start, StringComparison.OrdinalIgnoreCase) is >= 0 and var hit)
        {
            parts.Add(line[start..hit]);
            parts.Add(line.Substring(hit, search.Length));
            start = hit + search.Length;
        }

        parts.Add(line[start..]);
        return parts;
    }
}
