using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// Analyses and their queue, in the incident store: one row an incident (what is asked and how far it is), one row an analysis key (what came
/// out). At least once: a claim that is neither completed nor released comes back. Thread-safe, and safe between processes.
/// </summary>
public interface IAnalyses
{
    /// <summary>
    /// Asks for an analysis of the incident; where one waits already, the higher priority and <paramref name="force"/> stay. One that runs is run
    /// again after it. What waits for another try is tried at once if this is more urgent, or on demand. False where there is no such incident.
    /// </summary>
    /// <param name="priority">The higher is done first: severity's rank, and <see cref="AnalysisPriority.OnDemand"/>.</param>
    /// <param name="force">Not to be answered by what is known of its key.</param>
    Task<bool> RequestAsync(long incidentId, int priority, bool force, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="max"/> requests that are due, highest priority first, then oldest; nobody else gets them for the time.</summary>
    Task<IReadOnlyList<AnalysisClaim>> ClaimAsync(int max, TimeSpan visibleAfter, CancellationToken cancellationToken);

    /// <summary>Holds the claim for longer; false where it was cancelled or has gone to somebody else: stop.</summary>
    Task<bool> ExtendAsync(AnalysisClaim claim, TimeSpan visibleAfter, CancellationToken cancellationToken);

    /// <summary>
    /// Reserves the key for this claim: the result that is there already (unless <paramref name="force"/>), or null with the reservation, or null without
    /// where another claim is at it, in which case the incident is to be released and tried again.
    /// </summary>
    Task<(AnalysisResult? Known, bool Reserved)> BeginAsync(AnalysisClaim claim, string analysisKey, bool force, TimeSpan reservedFor, CancellationToken cancellationToken);

    /// <summary>Stores the result under its key and says that the incident has it, in one transaction; the claim is done. False where it was cancelled or lost.</summary>
    /// <param name="reused">It was there already: only the incident's row changes.</param>
    Task<bool> CompleteAsync(AnalysisClaim claim, AnalysisResult result, bool reused, CancellationToken cancellationToken);

    /// <summary>Gives the claim back, to be had again after the time.</summary>
    /// <param name="reason">One sentence for the page; null where it merely waits.</param>
    Task ReleaseAsync(AnalysisClaim claim, string? reason, TimeSpan retryAfter, CancellationToken cancellationToken);

    /// <summary>It failed for good, until somebody asks again.</summary>
    Task FailAsync(AnalysisClaim claim, string reason, CancellationToken cancellationToken);

    /// <summary>Takes the request back, queued or running; false where there is none. What was there before stays.</summary>
    Task<bool> CancelAsync(long incidentId, CancellationToken cancellationToken);

    /// <summary>How far the incident's analysis is; state None where nobody has asked. Null where there is no such incident.</summary>
    Task<AnalysisView?> GetAsync(long incidentId, CancellationToken cancellationToken);

    Task<AnalysisCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>Completes when something may have come since the call, at the latest after <paramref name="wait"/>.</summary>
    Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken);
}

public static class AnalysisPriority
{
    /// <summary>Somebody sits before the page and waits.</summary>
    public const int OnDemand = 100;

    /// <summary>The rules have spoken; the model, which could not, is to be heard when it is back.</summary>
    public const int ModelAgain = -1;
}

/// <param name="Token">Of this claim: an older one changes nothing any more.</param>
/// <param name="Attempts">How often it was claimed before and given back with a reason, or lost, since it was asked for.</param>
public sealed record AnalysisClaim(long IncidentId, string Token, int Priority, bool Force, int Attempts);

public sealed record AnalysisCounts(
    long Queued, long Waiting, long Running, long Failed, long CompletedToday, long ReusedToday, long TokensToday);
