using KubeMemory.Api.Projection;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Api.Analysis;

/// <summary>Material changes of incidents → requests for analysis. One whose evidence is on its way is let lie for a while, and done once.</summary>
internal sealed class AnalysisProjector(IOutbox outbox, IAnalyses analyses, AnalysisFeed feed, AnalysisOptions options) : IProjector
{
    /// <summary>What a first list brings has time: after everything that happens now.</summary>
    private const int HistoryLater = 10;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    public string Name => Projectors.Analysis;

    public int Batch => 100;

    public int Together => 1;

    public TimeSpan ClaimedFor => TimeSpan.FromSeconds(30);

    public int MaxAttempts => int.MaxValue;

    public Task<bool> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task ProjectAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            await ProjectAsync(item, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ProjectAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        if (item.Kind == OutboxKinds.Asked && WaitOf(item) is { } wait)
        {
            throw new ProjectionEarlyException(wait);
        }

        // Gone, or resolved meanwhile: nobody waits for it.
        if (await outbox.IncidentAsync(item.Subject, cancellationToken).ConfigureAwait(false) is not { Status: not IncidentStatus.Resolved } incident)
        {
            return;
        }

        var priority = (int)incident.Severity - (item.History ? HistoryLater : 0);
        // Nobody looks on while a first list comes in.
        if (await analyses.RequestAsync(item.Subject, priority, force: false, cancellationToken).ConfigureAwait(false) && !item.History)
        {
            await feed.SayAsync(item.Subject, AnalysisState.Queued, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>1, 2, 4, … seconds, which add up to how long it has waited; null where that is enough.</summary>
    private TimeSpan? WaitOf(OutboxItem item)
    {
        var next = FirstWait * Math.Pow(2, Math.Min(item.Attempts, 20));
        var left = options.EvidenceWait - (next - FirstWait);
        return left <= TimeSpan.Zero ? null : left < next ? left : next;
    }
}
