using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Tests.Api.Analysis;

/// <summary>Requests and results in memory, by a clock of the test's.</summary>
internal sealed class FakeAnalyses(TimeProvider time) : IAnalyses
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Request> _requests = [];
    private readonly Dictionary<string, AnalysisResult> _results = [];
    private readonly Dictionary<string, long> _reserved = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _tokens;

    /// <summary>Nothing else is known as an incident; null: everything is.</summary>
    public HashSet<long>? Incidents { get; set; }

    public Exception? Fault { get; set; }

    public long TokensToday { get; set; }

    public int Completed { get; private set; }

    public int Reused { get; private set; }

    public int PriorityOf(long incidentId) => _requests[incidentId].Priority;

    public Task<bool> RequestAsync(long incidentId, int priority, bool force, CancellationToken cancellationToken) => Answer(() =>
    {
        if (Incidents?.Contains(incidentId) == false)
        {
            return false;
        }

        var now = time.GetUtcNow();
        var request = _requests.GetValueOrDefault(incidentId) ?? new Request { Id = incidentId };
        _requests[incidentId] = request;
        var isQueued = request.State == AnalysisState.Queued;
        if (!isQueued || priority > request.Priority || priority >= AnalysisPriority.OnDemand)
        {
            (request.Due, request.Attempts, request.Reason) = (now, 0, null);
        }

        request.Priority = isQueued ? Math.Max(request.Priority, priority) : priority;
        request.Force = force || (isQueued && request.Force);
        request.State = AnalysisState.Queued;
        request.QueuedAt = now;
        request.Token = null;
        Ring();
        return true;
    });

    public Task<IReadOnlyList<AnalysisClaim>> ClaimAsync(int max, TimeSpan visibleAfter, CancellationToken cancellationToken) => Answer<IReadOnlyList<AnalysisClaim>>(() =>
    {
        var now = time.GetUtcNow();
        var due = _requests.Values.Where(request => request.State is AnalysisState.Queued or AnalysisState.Running && request.Due <= now)
            .OrderByDescending(request => request.Priority).ThenBy(request => request.QueuedAt).ThenBy(request => request.Id).Take(max).ToList();
        foreach (var request in due)
        {
            (request.State, request.Token, request.Due) = (AnalysisState.Running, $"{++_tokens}", now + visibleAfter);
            request.Attempts++;
        }

        return [.. due.Select(request => new AnalysisClaim(request.Id, request.Token!, request.Priority, request.Force, request.Attempts - 1))];
    });

    public Task<bool> ExtendAsync(AnalysisClaim claim, TimeSpan visibleAfter, CancellationToken cancellationToken) => Answer(() =>
    {
        if (Of(claim) is not { } request)
        {
            return false;
        }

        request.Due = time.GetUtcNow() + visibleAfter;
        return true;
    });

    public Task<(AnalysisResult? Known, bool Reserved)> BeginAsync(
        AnalysisClaim claim, string analysisKey, bool force, TimeSpan reservedFor, CancellationToken cancellationToken) => Answer<(AnalysisResult?, bool)>(() =>
    {
        if (Of(claim) is null)
        {
            return (null, false);
        }

        if (!force && _results.TryGetValue(analysisKey, out var known))
        {
            return (known, false);
        }

        if (_reserved.TryGetValue(analysisKey, out var by) && by != claim.IncidentId)
        {
            return (null, false);
        }

        _reserved[analysisKey] = claim.IncidentId;
        return (null, true);
    });

    public Task<bool> CompleteAsync(AnalysisClaim claim, AnalysisResult result, bool reused, CancellationToken cancellationToken) => Answer(() =>
    {
        if (Of(claim) is not { } request)
        {
            return false;
        }

        if (!reused)
        {
            _results[result.AnalysisKey] = result;
        }

        (Completed, Reused) = (Completed + (reused ? 0 : 1), Reused + (reused ? 1 : 0));
        Free(claim);
        (request.State, request.Token, request.Key, request.Reason) = (AnalysisState.Done, null, result.AnalysisKey, null);
        Ring();
        return true;
    });

    public Task ReleaseAsync(AnalysisClaim claim, string? reason, TimeSpan retryAfter, CancellationToken cancellationToken) => Answer(() =>
    {
        if (Of(claim) is { } request)
        {
            Free(claim);
            (request.State, request.Token, request.Reason, request.Due) = (AnalysisState.Queued, null, reason, time.GetUtcNow() + retryAfter);
            request.Attempts -= reason is null ? 1 : 0;
            Ring();
        }

        return true;
    });

    public Task FailAsync(AnalysisClaim claim, string reason, CancellationToken cancellationToken) => Answer(() =>
    {
        if (Of(claim) is { } request)
        {
            Free(claim);
            (request.State, request.Token, request.Reason) = (AnalysisState.Failed, null, reason);
        }

        return true;
    });

    public Task<bool> CancelAsync(long incidentId, CancellationToken cancellationToken) => Answer(() =>
    {
        if (_requests.GetValueOrDefault(incidentId) is not { State: AnalysisState.Queued or AnalysisState.Running } request)
        {
            return false;
        }

        (request.State, request.Token) = (AnalysisState.Cancelled, null);
        return true;
    });

    public Task<AnalysisView?> GetAsync(long incidentId, CancellationToken cancellationToken) => Answer(() =>
        Incidents?.Contains(incidentId) == false ? null
            : _requests.GetValueOrDefault(incidentId) is not { } request ? new AnalysisView(incidentId, AnalysisState.None, null)
            : new AnalysisView(
                incidentId,
                request.State,
                request.Key is { } key ? _results.GetValueOrDefault(key) : null,
                request.Reason,
                request.QueuedAt,
                RetryAt: request.State == AnalysisState.Queued && request.Due > time.GetUtcNow() ? request.Due : null));

    public Task<AnalysisCounts> CountAsync(CancellationToken cancellationToken) => Answer(() => new AnalysisCounts(
        _requests.Values.Count(one => one.State == AnalysisState.Queued),
        _requests.Values.Count(one => one.State == AnalysisState.Queued && one.Due > time.GetUtcNow()),
        _requests.Values.Count(one => one.State == AnalysisState.Running),
        _requests.Values.Count(one => one.State == AnalysisState.Failed),
        Completed,
        Reused,
        TokensToday));

    public async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        Task changed;
        lock (_lock)
        {
            changed = _changed.Task;
        }

        await Task.WhenAny(changed, Task.Delay(wait, time, cancellationToken));
    }

    private Request? Of(AnalysisClaim claim) => _requests.GetValueOrDefault(claim.IncidentId) is { } request && request.Token == claim.Token ? request : null;

    private void Free(AnalysisClaim claim)
    {
        foreach (var key in _reserved.Where(one => one.Value == claim.IncidentId).Select(one => one.Key).ToList())
        {
            _reserved.Remove(key);
        }
    }

    private void Ring()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private Task<T> Answer<T>(Func<T> answer)
    {
        if (Fault is { } fault)
        {
            return Task.FromException<T>(fault);
        }

        lock (_lock)
        {
            return Task.FromResult(answer());
        }
    }

    private sealed class Request
    {
        public required long Id { get; init; }

        public AnalysisState State { get; set; }

        public int Priority { get; set; }

        public bool Force { get; set; }

        public int Attempts { get; set; }

        public string? Token { get; set; }

        public string? Key { get; set; }

        public string? Reason { get; set; }

        public DateTimeOffset QueuedAt { get; set; }

        public DateTimeOffset Due { get; set; }
    }
}
