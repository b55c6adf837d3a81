using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Analysis;

/// <summary>What is known before anything that costs is asked.</summary>
/// <param name="Corrections">Of the like: part of the key.</param>
public sealed record PreparedAnalysis(
    IncidentDetail Incident, DiagnosisCase Case, Diagnosis.Diagnosis Diagnosis, IReadOnlyList<FixDto> Corrections, string Key);

/// <param name="ModelAgain">There is a model, and what kept it from speaking may pass.</param>
public sealed record Recommended(AnalysisResult Result, bool ModelAgain)
{
    /// <summary>What was taken out of the model's answer, one sentence each, for the log.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];
}

/// <summary>Retrieve → correlate → recommend, for one incident. Thread-safe.</summary>
/// <param name="model">Null where there is none: the rules alone speak.</param>
public sealed class AnalysisPipeline(
    IIncidentReader incidents, Diagnoser diagnoser, Retrieve retrieve, Correlate correlate, TimeProvider time, IModelRecommender? model = null)
{
    public bool HasModel => model is not null;

    /// <summary>Reads the incident, lets the rules look at it and makes its key. Null where it is gone.</summary>
    public async Task<PreparedAnalysis?> PrepareAsync(long incidentId, CancellationToken cancellationToken)
    {
        if (await incidents.GetAsync(incidentId, cancellationToken).ConfigureAwait(false) is not { } incident)
        {
            return null;
        }

        var asked = DiagnosisCase.Of(incident);
        var diagnosis = diagnoser.Diagnose(asked);
        var corrections = await retrieve.CorrectionsAsync(incident, diagnosis.Main?.Signature.Id, cancellationToken).ConfigureAwait(false);
        return new PreparedAnalysis(incident, asked, diagnosis, corrections, AnalysisKey.Of(incident, diagnosis, model?.PromptVersion, corrections));
    }

    /// <summary>An engine or a model that does not answer makes the result poorer, and is named in it; it fails nothing.</summary>
    /// <param name="silence">Why the model is not to be asked now, in one sentence; null where it may be.</param>
    /// <param name="draft">Hears what the model says as it grows.</param>
    public async Task<Recommended> RunAsync(PreparedAnalysis prepared, string? silence, IProgress<string>? draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        var started = time.GetTimestamp();
        var retrieved = await retrieve.FindAsync(prepared.Incident, prepared.Diagnosis.Main?.Signature.Id, prepared.Corrections, cancellationToken).ConfigureAwait(false);
        var missing = retrieved.Missing.ToList();
        var correlation = await correlate.FindAsync(prepared.Incident.Id, missing, cancellationToken).ConfigureAwait(false);
        var input = new AnalysisInput(prepared.Incident, prepared.Case, prepared.Diagnosis, retrieved with { Missing = missing }, correlation);
        var recommended = await RecommendAsync(input, prepared.Key, silence, draft, cancellationToken).ConfigureAwait(false);
        return recommended with { Result = recommended.Result with { DurationMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1) } };
    }

    private async Task<Recommended> RecommendAsync(AnalysisInput input, string key, string? silence, IProgress<string>? draft, CancellationToken cancellationToken)
    {
        var rules = RulesWord.Of(input, key, time.GetUtcNow());
        if (model is null)
        {
            return new Recommended(rules, ModelAgain: false);
        }

        if (silence is not null)
        {
            return new Recommended(rules with { ModelFault = silence }, ModelAgain: false);
        }

        try
        {
            return await model.RecommendAsync(input, draft, cancellationToken).ConfigureAwait(false) is { } word
                ? new Recommended(CombinedWord.Of(rules, word) with { At = time.GetUtcNow() }, ModelAgain: false) { Dropped = word.Dropped }
                : new Recommended(rules with { ModelFault = "Its answer did not stand the checks, twice." }, ModelAgain: false);
        }
        catch (ModelRefusedException fault)
        {
            // Until somebody changes the configuration: asking again would change nothing.
            return new Recommended(rules with { ModelFault = fault.Message }, ModelAgain: false);
        }
        catch (Exception fault) when (IsOfTheMoment(fault) && !cancellationToken.IsCancellationRequested)
        {
            return new Recommended(rules with { ModelFault = $"{fault.Message.TrimEnd('.')}." }, ModelAgain: true);
        }
    }

    private static bool IsOfTheMoment(Exception fault) =>
        fault is EngineUnavailableException or HttpRequestException or TimeoutException or OperationCanceledException or IOException;
}
