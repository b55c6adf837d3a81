using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Api.Analysis;

/// <summary>Who analyses, and how that goes.</summary>
internal sealed class AgentsStatusReader(
    IAnalyses analyses, AnalysisOptions options, IModelRecommender? model = null, IModelStatus? models = null)
{
    public async Task<AgentsStatus> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = await analyses.CountAsync(cancellationToken).ConfigureAwait(false);
        var error = model is null ? null : ErrorOf(counts);
        return new AgentsStatus(
            model?.Model ?? "rules",
            error is null,
            counts.Queued,
            counts.Waiting,
            counts.Running,
            counts.Failed,
            counts.CompletedToday,
            counts.ReusedToday,
            counts.TokensToday,
            options.TokensPerDay,
            error);
    }

    private string? ErrorOf(AnalysisCounts counts) =>
        options.TokensPerDay is { } limit && counts.TokensToday >= limit ? TokenLimit.Spent(limit)
            : models?.List().FirstOrDefault(one => one.Port == EnginePorts.Chat) is { State: not ModelState.Ready } chat ? chat.Sentence
            : null;
}
