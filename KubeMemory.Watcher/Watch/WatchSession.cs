using KubeMemory.Core.Clusters;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Watcher.Events;
using KubeMemory.Watcher.Evidence;
using KubeMemory.Watcher.Informers;
using KubeMemory.Watcher.Permissions;
using KubeMemory.Watcher.State;

namespace KubeMemory.Watcher.Watch;

/// <summary>What a session needs to know.</summary>
/// <param name="Fingerprint">The cluster's identity where kube-system may not be read.</param>
/// <param name="Namespaces">A single <c>*</c>: the whole cluster.</param>
internal sealed record WatchTarget(IKubernetesReader Reader, string ClusterId, string Name, string Fingerprint, IReadOnlyList<string> Namespaces, TimeSpan WatchTimeout);

/// <summary>
/// Watches one cluster under one lease, until something ends it: the state first (nodes, workloads, pods), so that every Event finds its
/// owner; then the Events; then what the state itself tells.
/// </summary>
internal sealed partial class WatchSession : IDisposable
{
    /// <summary>Events do not wait longer than this for the state.</summary>
    public static readonly TimeSpan StateWait = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan PermissionInterval = TimeSpan.FromMinutes(5);

    private readonly WatchTarget _target;
    private readonly Lease _lease;
    private readonly ISignalStream _stream;
    private readonly StatusReporter _status;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ClusterView _view = new();
    private readonly SignalBuilder _builder;
    private readonly SignalAppender _appender;
    private readonly StateIntake _state;
    private readonly IdentityGuard _identity;
    private readonly InformerSettings _settings;
    private readonly List<InformerStatus> _stateStatuses = [];
    private readonly List<InformerStatus> _eventStatuses = [];
    private readonly List<EventIntake> _intakes = [];
    private readonly List<Task> _tasks = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _clusterSignal = new(1);
    private bool? _podsReadable;
    private volatile string? _absent;

    public WatchSession(
        WatchTarget target, Lease lease, ISignalStream stream, StatusReporter status, TimeProvider time, Random random, ILogger logger)
    {
        (_target, _lease, _stream, _status, _time, _logger) = (target, lease, stream, status, time, logger);
        _builder = new SignalBuilder(target.ClusterId, _view, Redactor.Default);
        _appender = new SignalAppender(stream, target.ClusterId, target.Name, lease, time, random, logger);
        _state = new StateIntake(new StateTracker(_view, _builder, time), _appender, time);
        _identity = new IdentityGuard(target.Reader, target.ClusterId, target.Fingerprint, time);
        _settings = new InformerSettings(time, random, target.WatchTimeout, _identity.VerifyAsync, logger) { Cluster = ClusterTags.Of(target.ClusterId, target.Name) };
    }

    /// <exception cref="StaleFenceException">Another watcher has the cluster.</exception>
    /// <exception cref="ClusterChangedException">The address leads to another cluster.</exception>
    public async Task RunAsync(ClusterLease keeper, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Track(keeper.KeepAsync(_lease, stop.Token));
            Track(_appender.RunAsync(stop.Token));
            Track(WatchPermissionsAsync(stop.Token));
            Track(SyncAsync(stop.Token));
            await _ended.Task.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(Snapshot()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _state.Dispose();
        _identity.Dispose();
        _clusterSignal.Dispose();
    }

    /// <summary>Whichever task fails first ends the session, also one that began long after the others.</summary>
    private void Track(Task task)
    {
        var watched = WatchAsync();
        lock (_tasks)
        {
            _tasks.RemoveAll(static t => t.IsCompleted);
            _tasks.Add(watched);
        }

        async Task WatchAsync()
        {
            try
            {
                await task.ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The session throws it; of those that fail after the first one, nobody needs to hear.
                _ended.TrySetException(e);
            }
        }
    }

    private Task[] Snapshot()
    {
        lock (_tasks)
        {
            return [.. _tasks];
        }
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        var liveSince = await ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        StartState(cancellationToken);
        await SettleAsync(_stateStatuses, cancellationToken).ConfigureAwait(false);
        await TellClusterAsync(cancellationToken).ConfigureAwait(false);
        Track(new EvidenceWorker(_stream, new EvidenceSource(_target.ClusterId, _target.Reader, _view, _appender), _time, _logger).RunAsync(cancellationToken));
        StartEvents(liveSince, cancellationToken);
        await SettleAsync(_eventStatuses, cancellationToken).ConfigureAwait(false);
        await _state.ArmAsync(liveSince.Values.All(static v => v is not null) ? liveSince.Values.Min() : null, cancellationToken).ConfigureAwait(false);
        await _state.TickAsync(cancellationToken).ConfigureAwait(false);
    }

    // What was committed before this start is history; what happened since is news, though a list brings it.
    private async Task<Dictionary<string, DateTimeOffset?>> ReadCheckpointsAsync(CancellationToken cancellationToken)
    {
        var since = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        foreach (var scope in _target.Namespaces)
        {
            since[scope] = (await _stream.GetCheckpointAsync(_target.ClusterId, scope, cancellationToken).ConfigureAwait(false))?.At - EventIntake.ClockSkew;
        }

        return since;
    }

    private void StartState(CancellationToken cancellationToken)
    {
        Start(KubeResources.Nodes, null, _state.Nodes(), _stateStatuses, cancellationToken);
        foreach (var ns in _target.Namespaces.Select(NamespaceOf))
        {
            foreach (var workload in KubeResources.Workloads)
            {
                Start(workload, ns, _state.Workloads(workload.Kind, ns), _stateStatuses, cancellationToken);
            }

            Start(KubeResources.Pods, ns, _state.Pods(ns), _stateStatuses, cancellationToken);
        }
    }

    private void StartEvents(Dictionary<string, DateTimeOffset?> liveSince, CancellationToken cancellationToken)
    {
        foreach (var scope in _target.Namespaces)
        {
            Log.Watching(_logger, scope);
            var intake = new EventIntake(_builder, _appender, scope, liveSince[scope], _time);
            lock (_tasks)
            {
                _intakes.Add(intake);
            }

            Start(KubeResources.Events, NamespaceOf(scope), intake, _eventStatuses, cancellationToken);
        }
    }

    private void Start<T>(KubeResource<T> resource, string? ns, IInformerSink<T> sink, List<InformerStatus> statuses, CancellationToken cancellationToken)
        where T : class
    {
        var informer = new Informer<T>(_target.Reader, resource, ns, sink, _settings);
        lock (_tasks)
        {
            statuses.Add(informer.Status);
            informer.Status.Changed = () => OnChanged(cancellationToken);
        }

        Track(informer.RunAsync(cancellationToken));
    }

    private static string? NamespaceOf(string scope) => scope == WatcherOptions.AllNamespaces ? null : scope;

    private async Task SettleAsync(List<InformerStatus> statuses, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var limit = Task.Delay(StateWait, _time, patience.Token);
        if (await Task.WhenAny(Task.WhenAll(statuses.Select(static s => s.Settled)), limit).ConfigureAwait(false) == limit && !cancellationToken.IsCancellationRequested)
        {
            Log.NotSettled(_logger, string.Join(", ", statuses.Where(static s => !s.Settled.IsCompleted).Select(static s => s.Resource).Distinct()), StateWait.TotalSeconds);
        }

        await patience.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task TellClusterAsync(CancellationToken cancellationToken)
    {
        await _clusterSignal.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var readable = PodsReadable();
            if (_podsReadable == readable)
            {
                return;
            }

            var signal = new ClusterSignal { ClusterId = _target.ClusterId, Name = _target.Name, PodsReadable = readable };
            await _appender.WriteAsync(new SignalBatch(null, null, _time.GetUtcNow(), [signal], 0, 0), cancellationToken).ConfigureAwait(false);
            _podsReadable = readable;
        }
        finally
        {
            _clusterSignal.Release();
        }
    }

    private bool PodsReadable()
    {
        lock (_tasks)
        {
            return !_stateStatuses.Exists(static s => s is { Resource: "pods", Unreadable: true });
        }
    }

    private async Task WatchPermissionsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await FindAbsentAsync(cancellationToken).ConfigureAwait(false);
                var version = await _target.Reader.GetVersionAsync(cancellationToken).ConfigureAwait(false);
                var missing = await PermissionCheck.FindMissingAsync(_target.Reader, _target.Namespaces, cancellationToken).ConfigureAwait(false);
                if (missing.Count > 0 && !_status.Current.MissingPermissions.SequenceEqual(missing))
                {
                    Log.Missing(_logger, string.Join("; ", missing));
                }

                _status.Update(s => s with { ServerVersion = version.GitVersion, MissingPermissions = s.MissingPermissions.SequenceEqual(missing) ? s.MissingPermissions : missing });
                OnChanged(cancellationToken);
            }
            catch (KubernetesException e)
            {
                // The informers find out by themselves what is refused; only the naming is lost.
                Log.PermissionsUnknown(_logger, e.Message);
            }

            await Task.Delay(PermissionInterval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A namespace that does not exist can be listed and watched, and stays empty without a word.</summary>
    private async Task FindAbsentAsync(CancellationToken cancellationToken)
    {
        var absent = new List<string>();
        try
        {
            foreach (var ns in _target.Namespaces.Select(NamespaceOf).OfType<string>())
            {
                if (await _target.Reader.GetAsync(KubeResources.Namespaces, null, ns, cancellationToken).ConfigureAwait(false) is null)
                {
                    absent.Add(ns);
                }
            }
        }
        catch (KubernetesException e) when (e.Status == System.Net.HttpStatusCode.Forbidden)
        {
            // Whoever may not read namespaces is not told; the missing right is named.
            absent.Clear();
        }

        var sentence = absent.Count == 0 ? null
            : $"The cluster has no namespace {string.Join(" and no namespace ", absent)}: correct {WatcherOptions.NamespacesKey}, unless it is yet to be created.";
        if (sentence is not null && sentence != _absent)
        {
            Log.Absent(_logger, sentence);
        }

        _absent = sentence;
    }

    private void OnChanged(CancellationToken cancellationToken)
    {
        UpdateStatus();
        if (_podsReadable is { } told && told != PodsReadable())
        {
            Track(TellClusterAsync(cancellationToken));
        }
    }

    /// <summary>When that arrived which waits longest for its commit; null while nothing waits.</summary>
    public DateTimeOffset? OldestUncommitted => _appender.OldestUncommitted;

    public DateTimeOffset? LastEventAt
    {
        get
        {
            lock (_tasks)
            {
                return _intakes.Max(static intake => intake.LastEventAt);
            }
        }
    }

    /// <summary>Whether the Events of the scope arrive.</summary>
    public bool Watches(string scope)
    {
        lock (_tasks)
        {
            return _eventStatuses.Exists(status => status.Namespace == NamespaceOf(scope) && status is { Synced: true, Error: null });
        }
    }

    /// <summary>Numbers that move with every batch; the reporter's tick takes them along.</summary>
    public void UpdateStatus()
    {
        List<InformerStatus> events;
        List<InformerStatus> state;
        List<EventIntake> intakes;
        lock (_tasks)
        {
            (events, state, intakes) = ([.. _eventStatuses], [.. _stateStatuses], [.. _intakes]);
        }

        var error = events.Select(static s => s.Error).Concat(state.Select(static s => s.Error)).FirstOrDefault(static e => e is not null);
        _status.Update(s => s with
        {
            State = StateOf(events, state, s.MissingPermissions.Count > 0),
            LastError = error ?? _absent,
            LastEventAt = intakes.Max(static i => i.LastEventAt),
            Lag = _appender.Lag,
            Relists = events.Concat(state).Sum(static i => i.Relists),
        });
    }

    private static WatchState StateOf(List<InformerStatus> events, List<InformerStatus> state, bool missing)
    {
        if (events.Count == 0)
        {
            return state.Count > 0 && state.TrueForAll(static s => s.Error is not null) ? WatchState.Disconnected : WatchState.Syncing;
        }

        if (events.TrueForAll(static s => s.Error is not null && !s.Synced))
        {
            return WatchState.Disconnected;
        }

        return events.Exists(static s => s is { Synced: false, Error: null }) ? WatchState.Syncing
            : missing || events.Concat(state).Any(static s => s.Error is not null) ? WatchState.Degraded
            : WatchState.Watching;
    }

    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Information, "[watcher] Watching namespace: {Namespace}")]
        public static partial void Watching(ILogger logger, string @namespace);

        [LoggerMessage(111, LogLevel.Warning, "[watcher] Going on without {Resources}, which could not be listed within {Seconds:0} s.")]
        public static partial void NotSettled(ILogger logger, string resources, double seconds);

        [LoggerMessage(112, LogLevel.Warning, "[watcher] Missing permissions, watching with what there is: {Missing}")]
        public static partial void Missing(ILogger logger, string missing);

        [LoggerMessage(119, LogLevel.Warning, "[watcher] {Reason}")]
        public static partial void Absent(ILogger logger, string reason);

        [LoggerMessage(113, LogLevel.Information, "[watcher] Permissions could not be reviewed. {Reason}")]
        public static partial void PermissionsUnknown(ILogger logger, string reason);
    }
}
