using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis;

/// <summary>Third step, without a model: what the rules make of it, with what helped before and what people corrected. Pure.</summary>
internal static class RulesWord
{
    private const int LongestQuote = 300;
    private const int SimilarNamed = 3;
    private const int FixesNamed = 3;

    /// <summary>A rollout so shortly before is the first suspect.</summary>
    private const double SuspectMinutes = 60;

    public static AnalysisResult Of(AnalysisInput input, string key, DateTimeOffset at)
    {
        var diagnosis = input.Diagnosis;
        var corrections = CorrectionText.Of(input);
        var (confidence, origin) = ConfidenceOf(input);
        return new AnalysisResult
        {
            AnalysisKey = key,
            IncidentId = input.Incident.Id,
            Subject = SubjectOf(input.Incident),
            Verdict = diagnosis.Verdict,
            SignatureId = diagnosis.Main?.Signature.Id,
            RootCause = RootCause(input, corrections),
            Thing = diagnosis.Main?.Thing,
            ThingKind = diagnosis.Main?.ThingKind,
            Recommendation = Recommendation(input),
            Steps = Steps(input),
            Prevention = diagnosis.Main?.Signature.Prevention ?? [],
            Confidence = confidence,
            ConfidenceOrigin = origin,
            Sources = Sources(input),
            Missing = [.. diagnosis.Missing.Concat(input.Incident.MissingEvidence).Concat(input.Retrieved.Missing).Distinct(StringComparer.Ordinal)],
            Correction = corrections,
            Documentation = diagnosis.Main?.Signature.Documentation,
            DurationMs = 0,
            PromptVersion = SignatureCatalogue.Version,
            At = at,
        };
    }

    public static AnalysisSubject SubjectOf(IncidentSummary incident) =>
        new(incident.Namespace, incident.Workload, incident.Container, incident.PodName, incident.NodeName, incident.Image);

    /// <summary>A person who found the rules wrong before is heard; what the evidence states outright stands all the same.</summary>
    private static string RootCause(AnalysisInput input, string? corrections)
    {
        var missing = input.Diagnosis.Missing.Concat(input.Incident.MissingEvidence).Distinct(StringComparer.Ordinal).Take(2);
        var cause = input.Diagnosis.Main?.Cause ?? string.Join(' ', missing.Prepend($"No known failure explains this {input.Incident.IncidentType}."));
        return corrections is null || input.Diagnosis.Verdict == Verdict.Confirmed ? cause : $"{cause} {corrections}";
    }

    private static (double Confidence, string Origin) ConfidenceOf(AnalysisInput input)
    {
        var diagnosis = input.Diagnosis;
        if (diagnosis.Main is not { } main)
        {
            return (0, "No failure signature matches the evidence.");
        }

        const string Origin = "No more than the share of the labelled cases, decided by the rules like this one, whose cause was right";
        return diagnosis.Verdict != Verdict.Confirmed && input.Retrieved.Guidance.Corrections.Any(fix => fix.SignatureId == main.Signature.Id)
            ? (Math.Round(diagnosis.Confidence / 2, 2), $"{Origin}, halved because people have corrected it for the like.")
            : (diagnosis.Confidence, $"{Origin}.");
    }

    private static string? Recommendation(AnalysisInput input)
    {
        var first = input.Retrieved.Guidance.Proposals.FirstOrDefault(proposal => proposal.OnSignature.Worked + proposal.OnWorkload.Worked > 0) is { } proposal
            ? $"This helped before: {Texts.Cut(Texts.OneLine(proposal.Fix.Text), 200).TrimEnd('.')} ({RateOf(proposal)})."
            : input.Diagnosis.Main?.Steps is [var step, ..] ? step.Text
            : "Look at the pod's events, state and last log lines for what the watcher could not see.";
        if (Rollout(input) is not { } rollout)
        {
            return first;
        }

        var after = $"{first} It began {Minutes(rollout.MinutesBefore)} after a rollout of {rollout.Workload} ({rollout.Change})";
        return input.Diagnosis.Verdict == Verdict.Confirmed ? $"{after}, which may have brought it." : $"{after}: look there first.";
    }

    /// <summary>The workload's first revision is no change of anything.</summary>
    private static RolloutBefore? Rollout(AnalysisInput input) => input.Correlation?.Rollouts.FirstOrDefault(rollout =>
        rollout.Same && rollout.MinutesBefore is >= 0 and <= SuspectMinutes && !rollout.Change.StartsWith("revision 1,", StringComparison.Ordinal));

    private static string Minutes(double minutes) => minutes < 1.5 ? "a minute" : FormattableString.Invariant($"{minutes:0} minutes");

    private static IReadOnlyList<AnalysisStep> Steps(AnalysisInput input) =>
    [
        .. (input.Diagnosis.Main is { } main ? CommandGuard.StepsOf(main) : GeneralSteps.Of(input.Case))
            .Select(step => new AnalysisStep(step.Text, step.Command, step.Changes, "rules")),
        .. FixSteps(input.Retrieved.Guidance.Proposals),
    ];

    /// <summary>What people did is told in their words; what it changes nobody knows, so that it counts as a change.</summary>
    public static IEnumerable<AnalysisStep> FixSteps(IEnumerable<FixProposal> proposals) => proposals.Take(FixesNamed)
        .Select(proposal => new AnalysisStep($"{Texts.OneLine(proposal.Fix.Text).TrimEnd('.')} ({RateOf(proposal)}).", null, Changes: true, "fix"));

    /// <summary><c>worked 2 of 3 times for this failure, 1 of 1 on this workload</c></summary>
    public static string RateOf(FixProposal proposal) =>
        $"fixes worked {Rate(proposal.OnSignature)} for this failure"
        + (proposal.OnWorkload.Tried > 0 ? $", {Rate(proposal.OnWorkload)} on this workload" : "");

    private static string Rate(SuccessRate rate) => rate.Tried == 1 ? $"{rate.Worked} of 1 time" : $"{rate.Worked} of {rate.Tried} times";

    private static IReadOnlyList<AnalysisSource> Sources(AnalysisInput input) =>
    [
        .. (input.Diagnosis.Main?.Citations ?? []).Select(citation => new AnalysisSource("evidence", citation.EvidenceId, Texts.Cut(citation.Quote, LongestQuote))),
        .. input.Retrieved.Similar.Take(SimilarNamed).Select(similar => new AnalysisSource("incident", $"{similar.Incident.Id}", Texts.Cut(Described(similar), LongestQuote))),
        .. input.Retrieved.Guidance.Proposals.Take(FixesNamed).Select(proposal => new AnalysisSource("fix", $"{proposal.Fix.Id}", Texts.Cut(Texts.OneLine(proposal.Fix.Text), LongestQuote))),
        .. input.Retrieved.Guidance.Corrections.Take(CorrectionText.Most).Select(fix => new AnalysisSource("fix", $"{fix.Id}", Texts.Cut(Texts.OneLine(fix.Correction ?? ""), LongestQuote))),
    ];

    private static string Described(SimilarIncidentDto similar) =>
        $"{similar.Incident.Namespace}/{similar.Incident.Workload}: {similar.Incident.Description}" + (similar.Reasons is [var reason, ..] ? $" ({reason})" : "");
}
