using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using KubeMemory.Core.Streams;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Sqlite;

namespace KubeMemory.Engines.Embedded;

/// <summary>
/// The durable stream in the SQLite file. Every topic has its one group; an entry lives until that group has acknowledged it. Ids grow and
/// are never given twice. Topics are made by whoever first names them.
/// </summary>
internal sealed class EmbeddedSignalStream : ISignalStream
{
    private readonly SqliteDatabase _database;
    private readonly StreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    public EmbeddedSignalStream(SqliteDatabase database, StreamOptions options, TimeProvider time)
    {
        _database = database;
        _options = options;
        _time = time;
    }

    /// <summary>
    /// Once, before anyone reads: groups begin at the beginning, and what was delivered before has no living consumer (the process that had
    /// the file is gone), so the next claim gets it whatever idle time it asks for.
    /// </summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        _database.WriteAsync(
            session =>
            {
                foreach (var (name, length) in session.List(
                    "SELECT topic, COUNT(*) FROM stream_entries GROUP BY topic", row => (Name: row.GetString(0), Length: row.GetInt64(1))))
                {
                    Find(name).Length = length;
                }

                session.Run("UPDATE stream_pending SET delivered_at = 0");
            },
            cancellationToken);

    public async Task AppendAsync(AppendBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var topic = Find(batch.Topic);
        if (batch.Payloads.Count > 0)
        {
            await WaitForRoomAsync(topic, cancellationToken).ConfigureAwait(false);
        }

        await _database.WriteAsync(
            session =>
            {
                CheckFence(session, batch.Lease);
                foreach (var payload in batch.Payloads)
                {
                    session.Run("INSERT INTO stream_entries (topic, payload) VALUES ($1, $2)", topic.Name, payload);
                }

                if (batch.Checkpoint is { } at)
                {
                    session.Run(
                        """
                        INSERT INTO checkpoints (cluster_id, scope, resource_version, at) VALUES ($1, $2, $3, $4)
                        ON CONFLICT (cluster_id, scope) DO UPDATE SET resource_version = excluded.resource_version, at = excluded.at
                        """,
                        at.ClusterId,
                        at.Scope,
                        at.ResourceVersion,
                        at.At);
                }

                foreach (var gate in batch.Gates ?? [])
                {
                    Count(session, gate);
                }
            },
            cancellationToken).ConfigureAwait(false);
        topic.Add(batch.Payloads.Count);
    }

    public Task<Checkpoint?> GetCheckpointAsync(string clusterId, string scope, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            session => session.List(
                "SELECT resource_version, at FROM checkpoints WHERE cluster_id = $1 AND scope = $2",
                row => new Checkpoint(clusterId, scope, row.GetString(0), row.Time(1)),
                clusterId,
                scope).FirstOrDefault(),
            cancellationToken);

    public async Task<IReadOnlyList<StreamEntry>> ReadAsync(string topic, string group, string consumer, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        var source = Find(topic, group);
        var started = _time.GetTimestamp();
        while (true)
        {
            var ring = source.Appended.Next;
            // Looked at without the writer's lock first: an idle reader must not stand in the writers' way.
            if (await AnyNewAsync(source, cancellationToken).ConfigureAwait(false))
            {
                var entries = await DeliverAsync(source, consumer, max, cancellationToken).ConfigureAwait(false);
                if (entries.Count > 0)
                {
                    return entries;
                }
            }

            var left = wait - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return [];
            }

            // The poll is for nothing but a ring lost to a fault of ours.
            await source.Appended.WaitAsync(ring, left < _options.Poll ? left : _options.Poll, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<IReadOnlyList<StreamEntry>> ClaimAsync(string topic, string group, string consumer, TimeSpan minIdle, int max, CancellationToken cancellationToken)
    {
        var source = Find(topic, group);
        var now = _time.GetUtcNow();
        return _database.WriteAsync<IReadOnlyList<StreamEntry>>(
            session =>
            {
                var ids = session.List(
                    "SELECT entry_id FROM stream_pending WHERE topic = $1 AND delivered_at <= $2 ORDER BY entry_id LIMIT $3",
                    row => row.GetInt64(0),
                    source.Name,
                    now - minIdle,
                    max);
                if (ids.Count == 0)
                {
                    return [];
                }

                var claimed = JsonSerializer.Serialize(ids);
                session.Run(
                    "UPDATE stream_pending SET consumer = $2, delivered_at = $3, deliveries = deliveries + 1 WHERE entry_id IN (SELECT value FROM json_each($1))",
                    claimed,
                    consumer,
                    now);
                return session.List(
                    """
                    SELECT e.id, e.payload, p.deliveries FROM json_each($1) j CROSS JOIN stream_pending p ON p.entry_id = j.value
                    CROSS JOIN stream_entries e ON e.id = p.entry_id ORDER BY e.id
                    """,
                    row => new StreamEntry(Id(row.GetInt64(0)), row.Bytes(1), row.GetInt32(2)),
                    claimed);
            },
            cancellationToken);
    }

    public async Task AcknowledgeAsync(string topic, string group, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var source = Find(topic, group);
        var removed = await _database.WriteAsync(session => Remove(session, ids), cancellationToken).ConfigureAwait(false);
        source.Remove(removed);
    }

    public async Task DeadLetterAsync(string topic, string group, StreamEntry entry, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var source = Find(topic, group);
        var removed = await _database.WriteAsync(
            session =>
            {
                var gone = Remove(session, [entry.Id]);
                if (gone > 0)
                {
                    session.Run(
                        "INSERT INTO dead_letters (topic, group_name, reason, at, payload) VALUES ($1, $2, $3, $4, $5)",
                        topic,
                        group,
                        reason,
                        _time.GetUtcNow(),
                        entry.Payload);
                    session.Run(
                        "DELETE FROM dead_letters WHERE id <= (SELECT MAX(id) FROM dead_letters) - $1", _options.DeadLettersKept);
                    Count(session, new GateCount(SignalPayload.ClusterOf(entry.Payload), Gates.Failed, 1));
                }

                return gone;
            },
            cancellationToken).ConfigureAwait(false);
        source.Remove(removed);
    }

    public Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<DeadLetter>>(
            session => session.List(
                "SELECT id, topic, group_name, reason, at, payload FROM dead_letters ORDER BY id DESC LIMIT $1",
                row => new DeadLetter(Id(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.Time(4), row.Bytes(5)),
                max),
            cancellationToken);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(session => session.Number("SELECT COUNT(*) FROM dead_letters") ?? 0, cancellationToken);

    public async Task<bool> ReplayDeadLetterAsync(string id, CancellationToken cancellationToken)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var topic = await _database.WriteAsync(
            session =>
            {
                var letter = session.List("SELECT topic, payload FROM dead_letters WHERE id = $1", row => (Topic: row.GetString(0), Payload: row.Bytes(1)), number);
                if (letter.Count == 0)
                {
                    return null;
                }

                session.Run("DELETE FROM dead_letters WHERE id = $1", number);
                session.Run("INSERT INTO stream_entries (topic, payload) VALUES ($1, $2)", letter[0].Topic, letter[0].Payload);
                return letter[0].Topic;
            },
            cancellationToken).ConfigureAwait(false);
        if (topic is null)
        {
            return false;
        }

        Find(topic).Add(1);
        return true;
    }

    public Task<long> CountPendingAsync(string topic, string group, CancellationToken cancellationToken) =>
        Task.FromResult(Find(topic, group).Length);

    public Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<GateCount>>(
            session => session.List(
                "SELECT cluster_id, gate, count FROM stream_gates ORDER BY cluster_id, gate", row => new GateCount(row.GetString(0), row.GetString(1), row.GetInt64(2))),
            cancellationToken);

    private Topic Find(string topic) =>
        _topics.GetOrAdd(topic, static (name, time) => new Topic(name, name == StreamTopics.Signals ? StreamTopics.SignalsGroup : StreamTopics.EvidenceGroup, time), _time);

    private Topic Find(string topic, string group) =>
        Find(topic) is var found && found.Group == group ? found : throw new ArgumentException($"The topic {topic} has no group {group}.", nameof(group));

    /// <summary>The producer waits rather than fill the disk: the API server keeps its events for an hour.</summary>
    private async Task WaitForRoomAsync(Topic topic, CancellationToken cancellationToken)
    {
        while (true)
        {
            var ring = topic.Removed.Next;
            if (topic.Length < _options.MaxPending)
            {
                return;
            }

            await topic.Removed.WaitAsync(ring, _options.Poll, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<bool> AnyNewAsync(Topic topic, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            session => session.Number(
                "SELECT EXISTS (SELECT 1 FROM stream_entries WHERE topic = $1 AND id > COALESCE((SELECT last_id FROM stream_groups WHERE topic = $1), 0))", topic.Name) == 1,
            cancellationToken);

    private Task<List<StreamEntry>> DeliverAsync(Topic topic, string consumer, int max, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            session =>
            {
                var last = session.Number("SELECT last_id FROM stream_groups WHERE topic = $1", topic.Name) ?? 0;
                var end = last;
                var entries = session.List(
                    "SELECT id, payload FROM stream_entries WHERE topic = $1 AND id > $2 ORDER BY id LIMIT $3",
                    row =>
                    {
                        end = row.GetInt64(0);
                        return new StreamEntry(Id(end), row.Bytes(1), 1);
                    },
                    topic.Name,
                    last,
                    max);
                if (entries.Count > 0)
                {
                    session.Run(
                        """
                        INSERT INTO stream_pending (entry_id, topic, consumer, delivered_at, deliveries)
                        SELECT id, $1, $4, $5, 1 FROM stream_entries WHERE topic = $1 AND id > $2 AND id <= $3
                        """,
                        topic.Name,
                        last,
                        end,
                        consumer,
                        _time.GetUtcNow());
                    session.Run(
                        "INSERT INTO stream_groups (topic, name, last_id) VALUES ($1, $2, $3) ON CONFLICT (topic) DO UPDATE SET last_id = excluded.last_id",
                        topic.Name,
                        topic.Group,
                        end);
                }

                return entries;
            },
            cancellationToken);

    /// <summary>Only what is pending: an id that was acknowledged before is not there any more.</summary>
    private static int Remove(SqliteSession session, IReadOnlyList<string> ids)
    {
        var numbers = JsonSerializer.Serialize(ids.Select(id => long.Parse(id, CultureInfo.InvariantCulture)));
        session.Run("DELETE FROM stream_pending WHERE entry_id IN (SELECT value FROM json_each($1))", numbers);
        return session.Run("DELETE FROM stream_entries WHERE id IN (SELECT value FROM json_each($1))", numbers);
    }

    private static void CheckFence(SqliteSession session, Lease? lease)
    {
        if (lease is not null
            && session.Number("SELECT 1 FROM leases WHERE resource = $1 AND holder = $2 AND fence = $3", lease.Resource, lease.Holder, lease.Fence) is null)
        {
            throw new StaleFenceException(lease.Resource, lease.Fence);
        }
    }

    private static void Count(SqliteSession session, GateCount gate) =>
        session.Run(
            "INSERT INTO stream_gates (cluster_id, gate, count) VALUES ($1, $2, $3) ON CONFLICT (cluster_id, gate) DO UPDATE SET count = count + excluded.count",
            gate.ClusterId,
            gate.Gate,
            gate.Count);

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed class Topic(string name, string group, TimeProvider time)
    {
        private long _length;

        public string Name => name;

        public string Group => group;

        public Wakeup Appended { get; } = new(time);

        public Wakeup Removed { get; } = new(time);

        /// <summary>Entries that the group has not acknowledged.</summary>
        public long Length
        {
            get => Interlocked.Read(ref _length);
            set => Interlocked.Exchange(ref _length, value);
        }

        public void Add(int entries)
        {
            if (entries > 0)
            {
                Interlocked.Add(ref _length, entries);
                Appended.Ring();
            }
        }

        public void Remove(int entries)
        {
            if (entries > 0)
            {
                Interlocked.Add(ref _length, -entries);
                Removed.Ring();
            }
        }
    }
}
