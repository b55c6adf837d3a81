using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>The labelled cases and the map of their causes, as they lie beside the program.</summary>
internal sealed record LabelledSet(IReadOnlyList<LabelledCase> Cases, CauseMap Causes)
{
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "Diagnosis", "Cases");

    /// <exception cref="FormatException">Names the file and what is wrong in it.</exception>
    public static LabelledSet Load(string folder)
    {
        var causes = CauseMap.Read(File.ReadAllText(Path.Combine(folder, "causes.txt")));
        string[] halves = [LabelledCase.Tuning, LabelledCase.Test];
        return new LabelledSet([.. halves.SelectMany(half => Directory.EnumerateFiles(Path.Combine(folder, half), "*.txt").Order(StringComparer.Ordinal).SelectMany(file => Read(file, half)))], causes);
    }

    private static List<LabelledCase> Read(string file, string half)
    {
        var group = Path.GetFileNameWithoutExtension(file);
        try
        {
            return [.. CaseText.Read(File.ReadAllText(file)).Select(text => Label(text, half, group))];
        }
        catch (FormatException e)
        {
            throw new FormatException($"{half}/{group}.txt: {e.Message}", e);
        }
    }

    private static LabelledCase Label(CaseText text, string half, string group)
    {
        var incident = CaseBuilder.Build(text);
        var causes = Alternatives(text, "cause");
        return new LabelledCase(
            text.Id,
            half,
            group,
            causes.Length > 0 ? causes : throw new FormatException($"{text.Id} has no cause."),
            [.. Alternatives(text, "thing").Select(thing => Filled(thing, incident))],
            incident,
            $"{half}/{group}.txt:{text.Line}");
    }

    // The node's and the image's name may have been made up.
    private static string Filled(string thing, DiagnosisCase incident) => thing switch
    {
        "{{node}}" => incident.NodeName ?? "",
        "{{image}}" => incident.Image ?? "",
        _ => thing,
    };

    private static string[] Alternatives(CaseText text, string header) =>
        text.Headers.GetValueOrDefault(header)?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
