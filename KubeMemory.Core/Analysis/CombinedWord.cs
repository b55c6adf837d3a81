using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Analysis;

/// <summary>Rules and model together. What the evidence states outright no model overrules: where they do not agree, both are shown. Pure.</summary>
internal static class CombinedWord
{
    /// <summary>A model's own estimate is calibrated on nothing: it never says more than this.</summary>
    private const double MostOfAModel = 0.6;

    private const int MostSteps = 12;
    private const int MostPrevention = 8;

    public static AnalysisResult Of(AnalysisResult rules, ModelRecommendation model)
    {
        var spoken = rules with
        {
            Recommendation = model.Recommendation ?? rules.Recommendation,
            Steps = [.. rules.Steps.Concat(model.Steps.Select(step => step with { Origin = "model" })).DistinctBy(step => step.Command ?? step.Text, StringComparer.Ordinal).Take(MostSteps)],
            Prevention = [.. rules.Prevention.Concat(model.Prevention).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostPrevention)],
            Sources = [.. rules.Sources.Concat(model.Sources).DistinctBy(source => (source.Kind, source.Id, source.Quote))],
            Disagreement = model.Disagreement,
            Model = model.Model,
            PromptTokens = model.PromptTokens,
            AnswerTokens = model.AnswerTokens,
            PromptVersion = model.PromptVersion,
        };
        return rules.Verdict switch
        {
            Verdict.Confirmed => spoken with { Recommendation = model.Disagreement is null ? spoken.Recommendation : rules.Recommendation },
            Verdict.Likely => spoken with { RootCause = Joined(rules.RootCause, model) },
            _ => Alone(spoken, rules, model),
        };
    }

    private static string Joined(string rootCause, ModelRecommendation model) =>
        model.Disagreement is not null || rootCause.Contains(model.RootCause, StringComparison.OrdinalIgnoreCase) ? rootCause : $"{rootCause} The model adds: {model.RootCause}";

    /// <summary>The rules know nothing: what the model thinks, as what it is.</summary>
    private static AnalysisResult Alone(AnalysisResult spoken, AnalysisResult rules, ModelRecommendation model)
    {
        var verdict = model.Verdict == Verdict.Inconclusive ? Verdict.Inconclusive : Verdict.Likely;
        return spoken with
        {
            Verdict = verdict,
            RootCause = rules.Correction is { } correction && !model.RootCause.Contains(correction, StringComparison.Ordinal) ? $"{model.RootCause} {correction}" : model.RootCause,
            Confidence = verdict == Verdict.Inconclusive ? 0 : Math.Clamp(model.Confidence, 0, MostOfAModel),
            ConfidenceOrigin = verdict == Verdict.Inconclusive
                ? "Neither the rules nor the model found a cause."
                : FormattableString.Invariant($"The model's own estimate, at most {MostOfAModel}: no failure signature matches, and nothing calibrates it."),
        };
    }
}
