using System.Runtime.CompilerServices;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Streams;
using Xunit;

namespace KubeMemory.Tests.Api;

internal static class Samples
{
    public static DateTimeOffset Now { get; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static IncidentDetail Incident(long id, IncidentStatus status = IncidentStatus.Open) => new()
    {
        Id = id,
        Cluster = "prod",
        ClusterId = "c1",
        Namespace = "shop",
        Workload = "cart",
        WorkloadKind = "Deployment",
        Container = "app",
        PodName = "cart-75fb46b7bd-xtkrh",
        ServiceName = "cart",
        IncidentType = IncidentType.CrashLoopBackOff,
        Family = FailureFamily.StartAndCrash,
        Severity = Severity.High,
        Status = status,
        Flapping = false,
        Description = "cart exits 1",
        Signature = "CrashLoopBackOff exit 1",
        OccurredAt = Now,
        LastSeenAt = Now,
        Occurrences = 25,
        AffectedPods = 1,
        RestartCount = 5,
        Evidence = [],
        MissingEvidence = [],
        RawLogs = "boom",
        Timeline = [],
        Activity = [],
        Pods = [],
        Related = [],
        TimesIn30Days = 1,
    };
}

internal sealed class FakeIncidentReader : IIncidentReader
{
    private readonly Dictionary<long, IncidentDetail> _incidents = [];

    public IncidentQuery? LastQuery { get; private set; }

    public string? Next { get; set; }

    public string? Previous { get; set; }

    public Exception? Fault { get; set; }

    public void Add(IncidentDetail incident) => _incidents[incident.Id] = incident;

    public IncidentStatus StatusOf(long id) => _incidents[id].Status;

    public Task<IncidentSlice> ListAsync(IncidentQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        return query.Cursor == "damaged"
            ? throw new InvalidCursorException()
            : Answer(new IncidentSlice(_incidents.Count, Next, Previous, [.. _incidents.Values]));
    }

    public Task<IncidentDetail?> GetAsync(long id, CancellationToken cancellationToken) => Answer(_incidents.GetValueOrDefault(id));

    public Task<IncidentSummary?> SetStatusAsync(long id, IncidentStatus status, CancellationToken cancellationToken)
    {
        if (_incidents.TryGetValue(id, out var incident))
        {
            _incidents[id] = incident with { Status = status };
        }

        return Answer<IncidentSummary?>(_incidents.GetValueOrDefault(id));
    }

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => Answer(
        new StoreCounts(new Dictionary<Severity, long> { [Severity.High] = _incidents.Count }, _incidents.Count, 0, ["prod"], ["shop"]));

    public Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken) => Answer<IReadOnlyList<GateCount>>([]);

    private Task<T> Answer<T>(T value) => Fault is null ? Task.FromResult(value) : Task.FromException<T>(Fault);
}

/// <summary>Ids count from 1; what is older than <see cref="Oldest"/> has left the feed.</summary>
internal sealed class FakeLiveFeed : ILiveFeed
{
    private readonly List<LiveEntry> _entries = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Oldest { get; set; } = 1;

    private bool _out;

    /// <summary>From now on its engine does not answer, and whoever reads finds out; or it does again.</summary>
    public void SetOut(bool isOut)
    {
        lock (_entries)
        {
            _out = isOut;
            _grown.SetResult();
            _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Completes when the first reader has gone.</summary>
    public TaskCompletionSource ReaderGone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task PublishAsync(LiveChange change, CancellationToken cancellationToken)
    {
        lock (_entries)
        {
            _entries.Add(new($"{_entries.Count + 1}", change));
            _grown.SetResult();
            _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return Task.CompletedTask;
    }

    public Task PublishAsync(long incident, string kind = LiveChangeKinds.Opened) =>
        PublishAsync(new LiveChange(kind, Samples.Incident(incident)), TestContext.Current.CancellationToken);

    public Task<string> GetEndAsync(CancellationToken cancellationToken)
    {
        lock (_entries)
        {
            return Task.FromResult($"{_entries.Count}");
        }
    }

    public IAsyncEnumerable<LiveEntry> ReadAsync(string? afterId, CancellationToken cancellationToken)
    {
        lock (_entries)
        {
            var known = int.TryParse(afterId, out var after) && after >= Oldest - 1 && after <= _entries.Count;
            return ReadAsync(known ? after : _entries.Count, reset: afterId is not null && !known, cancellationToken);
        }
    }

    private async IAsyncEnumerable<LiveEntry> ReadAsync(int next, bool reset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var gone = new Gone(ReaderGone);
        if (reset)
        {
            yield return new($"{next}", new LiveChange(LiveChangeKinds.Reset, null));
        }

        while (true)
        {
            LiveEntry? entry = null;
            Task grown;
            lock (_entries)
            {
                grown = _grown.Task;
                if (_out)
                {
                    throw new EngineUnavailableException("Redis at redis:6379", new IOException("there is no connection"));
                }

                if (next < _entries.Count)
                {
                    entry = _entries[next++];
                }
            }

            if (entry is null)
            {
                await grown.WaitAsync(cancellationToken);
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return entry;
            }
        }
    }

    private sealed class Gone(TaskCompletionSource gone) : IDisposable
    {
        public void Dispose() => gone.TrySetResult();
    }
}

internal sealed class FakeStatusBoard : IWatchStatusBoard
{
    private readonly List<WatchStatus> _all = [];

    public Task ReportAsync(WatchStatus status, CancellationToken cancellationToken)
    {
        _all.Add(status);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<WatchStatus>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<WatchStatus>>([.. _all]);
}

/// <summary>Only what the status asks.</summary>
internal sealed class FakeSignalStream : ISignalStream
{
    public IReadOnlyList<GateCount> Counts { get; set; } = [];

    public long Pending { get; set; }

    public long DeadLetters { get; set; }

    public Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken) => Task.FromResult(Counts);

    public Task<long> CountPendingAsync(string topic, string group, CancellationToken cancellationToken) => Task.FromResult(Pending);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => Task.FromResult(DeadLetters);

    public Task AppendAsync(AppendBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Checkpoint?> GetCheckpointAsync(string clusterId, string scope, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<StreamEntry>> ReadAsync(string topic, string group, string consumer, int max, TimeSpan wait, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<StreamEntry>> ClaimAsync(string topic, string group, string consumer, TimeSpan minIdle, int max, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task AcknowledgeAsync(string topic, string group, IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeadLetterAsync(string topic, string group, StreamEntry entry, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReplayDeadLetterAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>Fails as its store does.</summary>
internal sealed class FakeProbe(string port, FakeIncidentReader incidents) : IEngineProbe
{
    public string Port => port;

    public Task AskAsync(CancellationToken cancellationToken) => incidents.Fault is { } fault ? Task.FromException(fault) : Task.CompletedTask;
}

/// <summary>The audit log in memory.</summary>
internal sealed class FakeAuditLog : IAuditLog
{
    private readonly List<AuditItem> _items = [];

    /// <summary>The store does not answer.</summary>
    public bool IsOut { get; set; }

    public IReadOnlyList<AuditItem> Items => _items;

    public Task<long> BeginAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        if (IsOut)
        {
            throw new EngineUnavailableException("The store does not answer.", new IOException());
        }

        _items.Add(new AuditItem(_items.Count + 1, entry, null, null));
        return Task.FromResult<long>(_items.Count);
    }

    public Task EndAsync(long id, int status, string? detail, CancellationToken cancellationToken)
    {
        _items[(int)id - 1] = _items[(int)id - 1] with { Status = status, Detail = detail };
        return Task.CompletedTask;
    }

    public Task<AuditPage> ListAsync(long? before, int limit, CancellationToken cancellationToken) => Task.FromResult(new AuditPage(_items.Count, null, [.. _items]));

    public Task<int> DropAsync(DateTimeOffset before, int max, CancellationToken cancellationToken) => Task.FromResult(0);
}
