using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;

namespace KubeMemory.Api.Analysis;

/// <summary>How far analyses are, for everyone who looks. Nobody's analysis fails because the feed is out: the page reads the state as well. Thread-safe.</summary>
internal sealed partial class AnalysisFeed(ILiveFeed feed, ILogger<AnalysisFeed> logger)
{
    /// <summary>Of a draft, its end: who looks reads along.</summary>
    public const int LongestDraft = 4000;

    public async Task SayAsync(long incidentId, AnalysisState state, CancellationToken cancellationToken, string? draft = null)
    {
        try
        {
            await feed.PublishAsync(
                new LiveChange(LiveChangeKinds.Analysis, null) { Analysis = new AnalysisProgress(incidentId, state, draft) }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotSaid(logger, incidentId, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Debug, "That the analysis of incident {Incident} goes on was not said to those who look: {Reason}")]
        public static partial void NotSaid(ILogger logger, long incident, string reason);
    }
}
