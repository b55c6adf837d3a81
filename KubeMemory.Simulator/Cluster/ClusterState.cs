using System.Globalization;
using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Cluster;

/// <summary>
/// The state of one simulated cluster: objects by resource, one resourceVersion for all of them, a bounded history for watches, and the logs
/// of containers. Thread-safe. Objects that go in and out are copies.
/// </summary>
public sealed class ClusterState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ClusterOptions _options;
    private readonly Dictionary<string, ResourceTable> _tables;
    private readonly Dictionary<(string Namespace, string Pod, string Container, bool Previous), string> _logs = [];
    private readonly EventRecorder _recorder;
    private readonly PriorityQueue<(string Key, long Version), DateTimeOffset> _expiries = new();
    private readonly List<(ResourceTable Table, Func<int, bool> Wished, TaskCompletionSource Reached)> _watchWaiters = [];
    private readonly ITimer _expiry;
    private long _version;
    private JsonObject _serverVersion = DefaultVersion();

    /// <summary>An empty cluster with the namespaces default and kube-system.</summary>
    /// <param name="time">The clock of timestamps and of the Event TTL.</param>
    /// <param name="options">Defaults where null.</param>
    public ClusterState(TimeProvider time, ClusterOptions? options = null)
    {
        _time = time;
        _options = options ?? new ClusterOptions();
        _options.Validate();
        _tables = KubernetesResource.All.ToDictionary(r => r.Plural, r => new ResourceTable(r, _options.HistoryLimit), StringComparer.Ordinal);
        _recorder = new EventRecorder(time);
        _version = _options.FirstVersion;
        _expiry = time.CreateTimer(_ => ExpireEvents(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        CreateFirstNamespaces(_options.KubeSystemUid);
        Compact(_version);
    }

    /// <summary>The uid of namespace kube-system: by it a cluster is known.</summary>
    public string KubeSystemUid => (string)Get("namespaces", null, "kube-system")!["metadata"]!["uid"]!;

    /// <summary>What GET /version answers.</summary>
    public JsonObject Version
    {
        get
        {
            lock (_gate)
            {
                return (JsonObject)_serverVersion.DeepClone();
            }
        }

        set
        {
            lock (_gate)
            {
                _serverVersion = (JsonObject)value.DeepClone();
            }
        }
    }

    /// <summary>The version of the latest write.</summary>
    public long ResourceVersion
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    /// <summary>
    /// Creates the object or replaces the one with its namespace and name. Fills in kind, uid and creationTimestamp where they are missing and
    /// sets the resourceVersion; watchers see ADDED or MODIFIED. A differing uid means that the object was recreated: DELETED, then ADDED.
    /// An unknown namespace is created.
    /// </summary>
    /// <param name="resource">The plural: "pods", "events", "deployments", …</param>
    /// <param name="obj">The object; metadata.name must be there. A namespaced one without a namespace goes to "default".</param>
    /// <returns>The object as stored.</returns>
    /// <exception cref="ArgumentException">The resource is not served, or the object has no name.</exception>
    public JsonObject Apply(string resource, JsonObject obj)
    {
        lock (_gate)
        {
            return (JsonObject)ApplyLocked(TableOf(resource), obj).Json.DeepClone();
        }
    }

    /// <summary>The object, or null.</summary>
    public JsonObject? Get(string resource, string? ns, string name) => (JsonObject?)Find(resource, ns, name)?.Json.DeepClone();

    /// <summary>The objects of one namespace, or of all, ordered by namespace and name.</summary>
    public IReadOnlyList<JsonObject> List(string resource, string? ns = null)
    {
        lock (_gate)
        {
            return [.. TableOf(resource).Objects.Values.Where(o => ns is null || o.Namespace == ns).Select(o => (JsonObject)o.Json.DeepClone())];
        }
    }

    /// <summary>Deletes the object; watchers see DELETED. A pod takes its logs with it.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Delete(string resource, string? ns, string name)
    {
        lock (_gate)
        {
            var table = TableOf(resource);
            if (!table.Objects.TryGetValue(KeyOf(table, ns, name), out var stored))
            {
                return false;
            }

            DeleteLocked(table, stored);
            if (resource == "pods")
            {
                foreach (var key in _logs.Keys.Where(k => k.Namespace == stored.Namespace && k.Pod == name).ToArray())
                {
                    _logs.Remove(key);
                }
            }

            return true;
        }
    }

    /// <summary>Sets what a container has written; with <paramref name="previous"/> what its previous instance wrote.</summary>
    public void SetLog(string ns, string pod, string container, string text, bool previous = false)
    {
        lock (_gate)
        {
            _logs[(ns, pod, container, previous)] = text;
        }
    }

    /// <summary>What the container wrote, or null where nothing was set.</summary>
    public string? GetLog(string ns, string pod, string container, bool previous = false)
    {
        lock (_gate)
        {
            return _logs.GetValueOrDefault((ns, pod, container, previous));
        }
    }

    /// <summary>
    /// Records an Event as client-go's recorder does: the same source, object, reason, message and field path update the Event, with count + 1
    /// and a new lastTimestamp. Where that Event has expired it is created again under the same name and firstTimestamp with a new uid, and the
    /// count goes on. Anything else makes a new Event named "object.hex".
    /// </summary>
    /// <returns>The Event as stored.</returns>
    public JsonObject RecordEvent(EventDraft draft)
    {
        lock (_gate)
        {
            return (JsonObject)ApplyLocked(TableOf("events"), _recorder.Next(draft)).Json.DeepClone();
        }
    }

    /// <summary>Compacts the whole history: watches and paged lists from any earlier version get 410. Open watches stay open.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            Compact(_version);
        }
    }

    /// <summary>
    /// A restart that loses the history: open watches end, earlier versions are gone (410). With <paramref name="version"/> below the present
    /// one, as after a restore of an old backup, versions that clients hold lie in the future.
    /// </summary>
    /// <param name="version">The version to go on from; null keeps the present one.</param>
    public void ForgetHistory(long? version = null)
    {
        lock (_gate)
        {
            _version = version ?? _version + 1;
            Compact(_version);
            CloseWatches();
        }
    }

    /// <summary>
    /// Another cluster at the same address: everything is gone, kube-system has another uid, and versions start low again.
    /// </summary>
    public void Recreate(string? kubeSystemUid = null, long firstVersion = 1)
    {
        lock (_gate)
        {
            CloseWatches();
            foreach (var table in _tables.Values)
            {
                table.Clear();
            }

            _logs.Clear();
            _expiries.Clear();
            _recorder.Forget();
            _version = firstVersion;
            CreateFirstNamespaces(kubeSystemUid);
            Compact(_version);
        }
    }

    /// <summary>How many watches are open on the resource.</summary>
    public int WatchCount(string resource)
    {
        lock (_gate)
        {
            return TableOf(resource).WatchCount;
        }
    }

    /// <summary>Waits until the number of open watches on the resource is as wished.</summary>
    public async Task WaitForWatchesAsync(string resource, Func<int, bool> wished, CancellationToken ct = default)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = (TableOf(resource), wished, reached);
        lock (_gate)
        {
            if (wished(waiter.Item1.WatchCount))
            {
                return;
            }

            _watchWaiters.Add(waiter);
        }

        try
        {
            await reached.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _watchWaiters.Remove(waiter);
            }
        }
    }

    /// <summary>Ends every open watch in good order, as an API server does that shuts down.</summary>
    public void CloseWatches()
    {
        lock (_gate)
        {
            foreach (var table in _tables.Values)
            {
                table.CloseWatches();
            }
        }
    }

    public void Dispose() => _expiry.Dispose();

    internal StoredObject? Find(string resource, string? ns, string name)
    {
        lock (_gate)
        {
            var table = TableOf(resource);
            return table.Objects.GetValueOrDefault(KeyOf(table, ns, name));
        }
    }

    /// <summary>The objects at a version (null: now), with that version; no objects where the version is compacted.</summary>
    internal (long Version, IReadOnlyDictionary<string, StoredObject>? Objects) Snapshot(string resource, long? at = null)
    {
        lock (_gate)
        {
            var table = TableOf(resource);
            return at is not { } version ? (_version, table.Objects)
                : version < table.Oldest ? (_version, null)
                : (version, table.ObjectsAt(version));
        }
    }

    /// <summary>Starts a watch; null where the version is compacted.</summary>
    /// <param name="after">The version after which changes are wanted; null starts with everything that is there, as ADDED.</param>
    internal ClusterWatch? Watch(string resource, Selection selection, long? after)
    {
        lock (_gate)
        {
            var table = TableOf(resource);
            if (after < table.Oldest)
            {
                return null;
            }

            // The objects that are there at the start must fit beside the changes that follow.
            var backlog = _options.WatchBacklog + (after is null ? table.Objects.Count : _options.HistoryLimit);
            var watch = new ClusterWatch(table.Resource, selection, after ?? -1, backlog, Forget);
            table.Attach(watch, after);
            TellWatchWaiters(table);
            return watch;
        }

        void Forget(ClusterWatch watch)
        {
            lock (_gate)
            {
                var table = TableOf(resource);
                table.Detach(watch);
                TellWatchWaiters(table);
            }
        }
    }

    internal void Bookmark(ClusterWatch watch)
    {
        lock (_gate)
        {
            watch.PublishBookmark(_version);
        }
    }

    private static string KeyOf(ResourceTable table, string? ns, string name) => StoredObject.KeyOf(table.Resource.Namespaced ? ns : null, name);

    private StoredObject ApplyLocked(ResourceTable table, JsonObject obj)
    {
        var json = (JsonObject)obj.DeepClone();
        if (json["metadata"] is not JsonObject metadata || (string?)metadata["name"] is not { Length: > 0 } name)
        {
            throw new ArgumentException($"An object of {table.Resource.Plural} needs metadata.name.", nameof(obj));
        }

        string? ns = null;
        if (table.Resource.Namespaced)
        {
            ns = (string?)metadata["namespace"] is { Length: > 0 } given ? given : "default";
            metadata["namespace"] = ns;
            EnsureNamespace(ns);
        }

        table.Objects.TryGetValue(StoredObject.KeyOf(ns, name), out var existing);
        if (existing is not null && (string?)metadata["uid"] is { } uid && uid != existing.Uid)
        {
            DeleteLocked(table, existing);
            existing = null;
        }

        metadata["uid"] ??= existing?.Uid ?? Guid.NewGuid().ToString();
        metadata["creationTimestamp"] ??= (string?)existing?.Json["metadata"]!["creationTimestamp"] ?? Timestamps.Seconds(_time.GetUtcNow());
        metadata["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        json["kind"] = table.Resource.Kind;
        json["apiVersion"] = table.Resource.ApiVersion;
        var stored = new StoredObject(table.Resource, json, _version);
        table.Commit(new Change(existing is null ? ChangeType.Added : ChangeType.Modified, stored, existing));
        ScheduleExpiry(stored);
        return stored;
    }

    private void DeleteLocked(ResourceTable table, StoredObject stored)
    {
        var json = (JsonObject)stored.Json.DeepClone();
        json["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        table.Commit(new Change(ChangeType.Deleted, new StoredObject(table.Resource, json, _version), stored));
    }

    private void EnsureNamespace(string name, string? uid = null)
    {
        var namespaces = TableOf("namespaces");
        if (namespaces.Objects.ContainsKey(name))
        {
            return;
        }

        ApplyLocked(namespaces, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["uid"] = uid ?? Guid.NewGuid().ToString(),
                ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name },
            },
            ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
            ["status"] = new JsonObject { ["phase"] = "Active" },
        });
    }

    private void CreateFirstNamespaces(string? kubeSystemUid)
    {
        EnsureNamespace("kube-system", kubeSystemUid);
        EnsureNamespace("default");
    }

    private void ScheduleExpiry(StoredObject stored)
    {
        if (_options.EventTtl is not { } ttl || stored.Resource.Plural != "events")
        {
            return;
        }

        // Every write takes a new lease, so an Event that repeats lives on.
        _expiries.Enqueue((stored.Key, stored.Version), _time.GetUtcNow() + ttl);
        if (_expiries.Count == 1)
        {
            _expiry.Change(ttl, Timeout.InfiniteTimeSpan);
        }
    }

    private void ExpireEvents()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var events = TableOf("events");
            while (_expiries.TryPeek(out var lease, out var due))
            {
                if (due > now)
                {
                    _expiry.Change(due - now, Timeout.InfiniteTimeSpan);
                    return;
                }

                _expiries.Dequeue();
                if (events.Objects.TryGetValue(lease.Key, out var stored) && stored.Version == lease.Version)
                {
                    DeleteLocked(events, stored);
                }
            }
        }
    }

    private void TellWatchWaiters(ResourceTable table)
    {
        foreach (var (waited, wished, reached) in _watchWaiters)
        {
            if (waited == table && wished(table.WatchCount))
            {
                reached.TrySetResult();
            }
        }
    }

    private void Compact(long version)
    {
        foreach (var table in _tables.Values)
        {
            table.Compact(version);
        }
    }

    private ResourceTable TableOf(string resource) =>
        _tables.GetValueOrDefault(resource) ?? throw new ArgumentException($"The simulator does not serve {resource}.", nameof(resource));

    private static JsonObject DefaultVersion() => new()
    {
        ["major"] = "1",
        ["minor"] = "33",
        ["gitVersion"] = "v1.33.1+kubememory",
        ["gitCommit"] = "8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2025-05-15T08:19:08Z",
        ["goVersion"] = "go1.24.2",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };
}
