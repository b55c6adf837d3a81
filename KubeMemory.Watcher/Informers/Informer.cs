using System.Net;

namespace KubeMemory.Watcher.Informers;

/// <summary>What an informer tells about one resource in one scope.</summary>
internal interface IInformerSink<T>
    where T : class
{
    /// <summary>A list, page by page, all of them before anything of the watch that follows.</summary>
    Task ListedAsync(IAsyncEnumerable<ListPage<T>> pages, CancellationToken cancellationToken);

    /// <summary>Added, Modified and Deleted only, in order; <paramref name="resourceVersion"/> is that of the last one.</summary>
    Task ChangedAsync(IReadOnlyList<WatchChange<T>> changes, string resourceVersion, CancellationToken cancellationToken);
}

/// <summary>What all informers of one cluster share.</summary>
/// <param name="WatchTimeout">T: a watch lasts a random time in [T/2, T).</param>
/// <param name="BeforeList">Called before every list; throws where the cluster is no longer the same one.</param>
internal sealed record InformerSettings(
    TimeProvider Time, Random Random, TimeSpan WatchTimeout, Func<CancellationToken, Task> BeforeList, ILogger Logger)
{
    /// <summary>The cluster, for metrics.</summary>
    public KeyValuePair<string, object?>[] Cluster { get; init; } = [];
}

/// <summary>
/// Lists, then watches from that list's version, forever. A failure backs off and lists again; only a failure of the sink, credentials
/// that are refused again and again, or the end gets out. Rules 2–6 of the design.
/// </summary>
internal sealed partial class Informer<T>(
    IKubernetesReader reader, KubeResource<T> resource, string? ns, IInformerSink<T> sink, InformerSettings settings)
    where T : class
{
    public const int PageSize = 500;

    /// <summary>How often a resource is listed that may not be watched.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(60);

    /// <summary>A watch that ends sooner than this without a line is no watch: its version is stale.</summary>
    public static readonly TimeSpan ShortestWatch = TimeSpan.FromSeconds(1);

    /// <summary>So many refused log-ins in a row end the watch: the credentials must be had anew, from a kubeconfig that may have changed.</summary>
    public const int RefusedLogins = 3;

    private readonly Backoff _backoff = new(settings.Time, settings.Random);
    private int _refusedLogins;

    // Where the watch goes on; null: list first.
    private string? _version;

    public InformerStatus Status { get; } = new(resource.Plural, ns);

    private KeyValuePair<string, object?> Resource => new("resource", resource.Plural);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A counter that begins with its first failure hides it from whoever asks for an increase.
        WatcherMetrics.Relists.Add(0, [Resource, .. settings.Cluster]);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (_version is null)
                {
                    await ListAsync(cancellationToken).ConfigureAwait(false);
                }

                if (!resource.Watchable || Status.Polls)
                {
                    await PollAsync(cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await WatchAsync(_version!, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (KubernetesException e)
            {
                await BackOffAsync(e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        await settings.BeforeList(cancellationToken).ConfigureAwait(false);
        var pages = new PageSequence<T>(reader, resource, ns, PageSize);
        await sink.ListedAsync(pages, cancellationToken).ConfigureAwait(false);
        _version = pages.ResourceVersion;
        _refusedLogins = 0;
        if (pages.Unreadable > 0)
        {
            Log.Unreadable(settings.Logger, pages.Unreadable, resource.Plural, Scope);
        }

        _backoff.Healthy();
        Status.Listed(settings.Time.GetUtcNow());
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(PollInterval, settings.Time, cancellationToken).ConfigureAwait(false);
        // The right to watch may have been granted since; asking costs one request a minute.
        Status.Polls = false;
        _version = null;
    }

    private async Task WatchAsync(string version, CancellationToken cancellationToken)
    {
        var started = settings.Time.GetTimestamp();
        var timeout = settings.WatchTimeout * (0.5 + (settings.Random.NextDouble() / 2));
        var empty = true;
        try
        {
            await foreach (var lines in reader.WatchAsync(resource, ns, version, timeout, cancellationToken).ConfigureAwait(false))
            {
                empty = false;
                _backoff.Healthy();
                await TakeAsync(lines, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (KubernetesException e) when (e.Status == HttpStatusCode.Forbidden)
        {
            Status.Polls = true;
            Status.Failed(e.Message, refused: true);
            Log.Polling(settings.Logger, resource.Plural, Scope, PollInterval.TotalSeconds, e.Message);
            return;
        }

        var lasted = settings.Time.GetElapsedTime(started);
        if (empty && lasted < ShortestWatch)
        {
            throw new KubernetesException(HttpStatusCode.Gone, $"The watch of {resource.Plural} in {Scope} closed at once: its version is stale.");
        }

        if (lasted < timeout - ShortestWatch)
        {
            // A server that goes away early may come back with another history, in which this version lies ahead: it would wait in silence.
            _version = null;
            Relist();
        }
    }

    private async Task TakeAsync(IReadOnlyList<WatchChange<T>> lines, CancellationToken cancellationToken)
    {
        var changes = lines;
        if (lines.Any(static l => l.Kind is WatchChangeKind.Bookmark or WatchChangeKind.Error or WatchChangeKind.Unreadable))
        {
            changes = lines.Where(static l => l.Kind is WatchChangeKind.Added or WatchChangeKind.Modified or WatchChangeKind.Deleted).ToList();
            NoteUnreadable(lines.Count(static l => l.Kind is WatchChangeKind.Unreadable));
        }

        var version = VersionOf(lines);
        if (changes.Count > 0)
        {
            await sink.ChangedAsync(changes, version ?? _version!, cancellationToken).ConfigureAwait(false);
        }

        _version = version ?? _version;
        if (lines.FirstOrDefault(static l => l.Kind is WatchChangeKind.Error) is { Kind: WatchChangeKind.Error, Status: var status })
        {
            throw StatusSentences.FromStatus(status, $"watch {resource.Plural}", ns);
        }
    }

    private string? VersionOf(IReadOnlyList<WatchChange<T>> lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (lines[i].Item is { } obj && resource.Meta(obj) is { ResourceVersion.Length: > 0 } meta)
            {
                return meta.ResourceVersion;
            }
        }

        return null;
    }

    private void NoteUnreadable(int count)
    {
        if (count > 0)
        {
            Log.Unreadable(settings.Logger, count, resource.Plural, Scope);
        }
    }

    private async Task BackOffAsync(KubernetesException e, CancellationToken cancellationToken)
    {
        // A list shows what was missed, and a version of a recreated cluster, which would wait in silence, is never used again.
        _version = null;
        var wait = _backoff.Next(e.RetryAfter);
        if (!e.IsGone)
        {
            Status.Failed(e.Message, e.IsRefusal);
        }

        if (e.Status == HttpStatusCode.Unauthorized && ++_refusedLogins >= RefusedLogins)
        {
            throw e;
        }

        WatcherMetrics.Failures.Add(1, [new("error.type", WatcherMetrics.KindOf(e)), Resource, .. settings.Cluster]);
        Relist();
        Log.BackingOff(settings.Logger, resource.Plural, Scope, e.Message, wait.TotalSeconds);
        await Task.Delay(wait, settings.Time, cancellationToken).ConfigureAwait(false);
    }

    private void Relist()
    {
        WatcherMetrics.Relists.Add(1, [Resource, .. settings.Cluster]);
        Status.Relisting();
    }

    private string Scope => ns ?? "all namespaces";

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Warning, "[watcher] {Resource} in {Scope}: {Reason} Next try in {Seconds:0.0} s.")]
        public static partial void BackingOff(ILogger logger, string resource, string scope, string reason, double seconds);

        [LoggerMessage(101, LogLevel.Warning, "[watcher] {Resource} in {Scope} may not be watched and is listed every {Seconds:0} s instead. {Reason}")]
        public static partial void Polling(ILogger logger, string resource, string scope, double seconds, string reason);

        [LoggerMessage(102, LogLevel.Warning, "[watcher] {Count} object(s) of {Resource} in {Scope} could not be read and were passed over.")]
        public static partial void Unreadable(ILogger logger, int count, string resource, string scope);
    }
}
