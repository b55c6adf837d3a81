using KubeMemory.Core.Contracts;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Api.Analysis;

/// <summary>
/// The model's answer as it grows → live feed, twice a second at most: what comes in between is part of the next. Thread-safe; says nothing more once
/// it is disposed of.
/// </summary>
internal sealed class DraftFeed : IProgress<string>, IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly RunningAnalyses.Run _run;
    private readonly long _incidentId;
    private readonly AnalysisFeed _feed;
    private readonly PeriodicTimer _timer;
    private readonly Task _saying;
    private string? _next;

    public DraftFeed(RunningAnalyses.Run run, long incidentId, AnalysisFeed feed, TimeProvider time)
    {
        (_run, _incidentId, _feed) = (run, incidentId, feed);
        _timer = new PeriodicTimer(Every, time);
        _saying = SayAsync();
    }

    /// <param name="value">All that it has said so far.</param>
    public void Report(string value)
    {
        var end = value.Length <= AnalysisFeed.LongestDraft ? value : value[^AnalysisFeed.LongestDraft..];
        // It has seen redacted text alone; but what it makes up may look like a secret, too.
        _run.Draft = Redactor.Default.Redact(end.Length > 0 && char.IsLowSurrogate(end[0]) ? end[1..] : end);
        Volatile.Write(ref _next, _run.Draft);
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _saying.ConfigureAwait(false);
    }

    private async Task SayAsync()
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(_run.Token).ConfigureAwait(false))
            {
                if (Interlocked.Exchange(ref _next, null) is { } draft)
                {
                    await _feed.SayAsync(_incidentId, AnalysisState.Running, _run.Token, draft).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_run.Token.IsCancellationRequested)
        {
            // Nobody needs the rest.
        }
    }
}
