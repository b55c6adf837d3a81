using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// A result that was made for another incident of the same key, as it reads for this one: what the rules say is said again of this one's facts, and in
/// what a model wrote the names are exchanged. Pure.
/// </summary>
public static class ResultForIncident
{
    /// <param name="guidance">What helps and what was corrected, for this incident.</param>
    public static AnalysisResult Of(AnalysisResult result, IncidentDetail incident, Diagnoser diagnoser, FixGuidance guidance)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(diagnoser);
        ArgumentNullException.ThrowIfNull(guidance);
        if (result.IncidentId == incident.Id)
        {
            return result;
        }

        var asked = DiagnosisCase.Of(incident);
        var own = RulesWord.Of(new AnalysisInput(incident, asked, diagnoser.Diagnose(asked), new Retrieved([], guidance), null), result.AnalysisKey, result.At);
        // Otherwise its evidence has changed since, and another analysis is under way: until then its own names, at least.
        var same = own.SignatureId == result.SignatureId;
        return result with
        {
            IncidentId = incident.Id,
            Subject = own.Subject,
            RootCause = same && (result.Model is null || result.Verdict == Verdict.Confirmed) ? own.RootCause : Exchanged(result.RootCause, result, incident),
            Thing = same ? own.Thing : result.Thing is { } thing ? Exchanged(thing, result, incident) : null,
            Recommendation = same && result.Model is null ? own.Recommendation : result.Recommendation is { } text ? Exchanged(text, result, incident) : null,
            Steps = StepsOf(result, own, same, incident),
            Sources = SourcesOf(result, own, same),
            Missing = own.Missing,
            Correction = own.Correction,
            Disagreement = result.Disagreement is { } other ? Exchanged(other, result, incident) : null,
        };
    }

    private static IReadOnlyList<AnalysisStep> StepsOf(AnalysisResult result, AnalysisResult own, bool same, IncidentDetail incident) =>
    [
        .. same ? own.Steps : own.Steps.Where(step => step.Origin == "fix"),
        .. result.Steps.Where(step => step.Origin == "model" || (!same && step.Origin == "rules")).Select(step => Exchanged(step, result, incident)),
    ];

    /// <summary>Evidence and fixes are its own; what else is like the one is like the other.</summary>
    private static IReadOnlyList<AnalysisSource> SourcesOf(AnalysisResult result, AnalysisResult own, bool same) =>
    [
        .. own.Sources.Where(source => same && source.Kind == "evidence"),
        .. result.Sources.Where(source => source.Kind == "incident" && source.Id != $"{own.IncidentId}"),
        .. own.Sources.Where(source => source.Kind == "fix"),
    ];

    /// <summary>A command that would name something of the other incident, or what a shell would obey, is left out.</summary>
    private static AnalysisStep Exchanged(AnalysisStep step, AnalysisResult result, IncidentDetail incident)
    {
        var names = NamesOf(result, incident);
        var command = step.Command;
        if (command is not null)
        {
            command = names.Exists(one => NameText.Holds(command, one.From) && !(one.To is { Length: > 0 } to && CommandGuard.IsPlain(to)))
                ? null
                : Exchanged(command, names);
        }

        return step with { Text = Exchanged(step.Text, result, incident), Command = command };
    }

    /// <summary>In prose a name like <c>api</c> may be a word: only what cannot be one is exchanged.</summary>
    private static string Exchanged(string text, AnalysisResult result, IncidentDetail incident) =>
        Exchanged(text, NamesOf(result, incident).FindAll(one => one.To is { Length: > 0 } && IsUnmistakable(one.From)));

    private static string Exchanged(string text, List<(string From, string? To)> names)
    {
        // By way of marks: a name of now may be another one of then. The longest first: a pod's name begins with its workload's.
        var marked = names.Index().OrderByDescending(one => one.Item.From.Length).ToList();
        text = marked.Aggregate(text, (line, one) => NameText.Replace(line, one.Item.From, Mark(one.Index)));
        return marked.Aggregate(text, (line, one) => line.Replace(Mark(one.Index), one.Item.To, StringComparison.Ordinal));
    }

    private static List<(string From, string? To)> NamesOf(AnalysisResult result, IncidentDetail incident)
    {
        if (result.Subject is not { } then)
        {
            return [];
        }

        var now = RulesWord.SubjectOf(incident);
        (string? From, string? To)[] names =
        [
            (then.PodName, now.PodName), (then.Image, now.Image), (then.NodeName, now.NodeName), (then.Workload, now.Workload), (then.Container, now.Container), (then.Namespace, now.Namespace),
        ];
        return [.. names.Where(one => one.From is { Length: > 0 }).Select(one => (one.From!, one.To)).DistinctBy(one => one.Item1)];
    }

    private static bool IsUnmistakable(string name) => name.AsSpan().ContainsAny("-./:") || name.AsSpan().ContainsAnyInRange('0', '9');

    /// <summary>Of private use: no name has it.</summary>
    private static string Mark(int index) => $"{(char)('\uE000' + index)}";
}
