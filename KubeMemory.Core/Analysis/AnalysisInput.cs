using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;

namespace KubeMemory.Core.Analysis;

/// <summary>What retrieve gives: what is known of the like. Never the incident itself.</summary>
/// <param name="Similar">The likest first, at most 8.</param>
public sealed record Retrieved(IReadOnlyList<SimilarIncidentDto> Similar, FixGuidance Guidance)
{
    /// <summary>What could not be asked, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>What recommend works on: everything that retrieve, correlate and the rules found out.</summary>
/// <param name="Correlation">Null where the graph does not answer.</param>
public sealed record AnalysisInput(
    IncidentDetail Incident, DiagnosisCase Case, Diagnosis.Diagnosis Diagnosis, Retrieved Retrieved, IncidentCorrelation? Correlation);

/// <summary>What a model adds to what the rules say; checked already against schema, citations and the screens.</summary>
/// <param name="Verdict">At most <see cref="Verdict.Likely"/>: a model confirms nothing by itself.</param>
/// <param name="Disagreement">What it thinks where it does not agree with a confirmed signature; null where it agrees.</param>
/// <param name="Dropped">What the screens took out, one sentence each, for the log.</param>
public sealed record ModelRecommendation(
    Verdict Verdict,
    string RootCause,
    string? Recommendation,
    IReadOnlyList<AnalysisStep> Steps,
    IReadOnlyList<string> Prevention,
    double Confidence,
    IReadOnlyList<AnalysisSource> Sources,
    string? Disagreement,
    string Model,
    int PromptTokens,
    int AnswerTokens,
    string PromptVersion,
    IReadOnlyList<string> Dropped);

/// <summary>Asks the language model. Registered only where there is one.</summary>
/// <exception cref="EngineUnavailableException">It does not answer: try again later.</exception>
/// <exception cref="ModelRefusedException">It cannot be used as it is configured.</exception>
public interface IModelRecommender
{
    /// <summary>Like <c>Ollama qwen2.5:0.5b</c>.</summary>
    string Model { get; }

    /// <summary>Of the templates; part of the analysis key.</summary>
    string PromptVersion { get; }

    /// <summary>Null where its answer did not stand the checks, twice.</summary>
    /// <param name="draft">Hears the answer as it grows: plain text, hidden characters stripped.</param>
    Task<ModelRecommendation?> RecommendAsync(AnalysisInput input, IProgress<string>? draft, CancellationToken cancellationToken);
}
