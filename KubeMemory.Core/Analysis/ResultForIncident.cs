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

    private static AnalysisStep Exchanged(AnalysisStep step, AnalysisResult result, IncidentDetail incident) =>
        step with { Text = Exchanged(step.Text, result, incident), Command = step.Command is { } command ? Exchanged(command, result, incident, all: true) : null };

    /// <summary>The longest names first: a pod's begins with its workload's.</summary>
    /// <param name="all">In a command a name is a name; in prose one like <c>api</c> may be a word.</param>
    private static string Exchanged(string text, AnalysisResult result, IncidentDetail incident, bool all = false)
    {
        if (result.Subject is not { } then)
        {
            return text;
        }

        var now = RulesWord.SubjectOf(incident);
        (string? From, string? To)[] names =
        [
            (then.PodName, now.PodName), (then.Image, now.Image), (then.NodeName, now.NodeName), (then.Workload, now.Workload), (then.Container, now.Container), (then.Namespace, now.Namespace),
        ];
        // By way of marks: a name of now may be another one of then.
        var marked = names.Index().Where(one => one.Item is { From.Length: > 0, To.Length: > 0 } && (all || IsUnmistakable(one.Item.From!)))
            .OrderByDescending(one => one.Item.From!.Length).ToList();
        text = marked.Aggregate(text, (line, one) => NameText.Replace(line, one.Item.From!, Mark(one.Index)));
        return marked.Aggregate(text, (line, one) => line.Replace(Mark(one.Index), one.Item.To, StringComparison.Ordinal));
    }

    private static bool IsUnmistakable(string name) => name.AsSpan().ContainsAny("-./:") || name.AsSpan().ContainsAnyInRange('0', '9');

    private static string Mark(int index) => $"\u0001{index}\u0002";
}
