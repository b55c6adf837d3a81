using System.Globalization;
using KubeMemory.Core.Streams;
using StackExchange.Redis;
using StreamEntry = KubeMemory.Core.Streams.StreamEntry;

namespace KubeMemory.Engines.Redis;

/// <summary>
/// Redis Streams with consumer groups. A group begins at the beginning and is made by its first reader; what every group has acknowledged is
/// removed. Nothing blocks on the server: a reader or producer that has to wait is woken over pub/sub.
/// <para>
/// Memory: <see cref="StreamOptions.MaxPending"/> bounds a topic, so that a store that is out costs some 100 MB and then holds the watchers
/// back. Redis must run with <c>maxmemory-policy noeviction</c> (the default): another policy would evict whole streams. Where the memory is
/// full all the same, Redis refuses what would grow (append, lease, live feed), and nothing is half written: watchers lose their leases and
/// wait, while what is there is read and acknowledged, which frees it; then they list again.
/// </para>
/// </summary>
internal sealed class RedisSignalStream(RedisConnection redis, StreamOptions options, TimeProvider time) : ISignalStream
{
    private const int Done = 0;
    private const int Stale = 1;

    /// <summary>After so long without a sign of life a consumer that holds no entries is forgotten.</summary>
    private static readonly TimeSpan ConsumerAge = TimeSpan.FromDays(1);

    public async Task AppendAsync(AppendBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RedisKey[] keys = [RedisKeys.Stream(batch.Topic), RedisKeys.Lease(batch.Lease?.Resource ?? ""), RedisKeys.Checkpoints, RedisKeys.Gates];
        var values = AppendArguments(batch);
        var room = redis.Bell(RedisKeys.RoomBell(batch.Topic));
        while (true)
        {
            var ring = room.Next;
            switch ((int)await redis.RunAsync(RedisScripts.Append, keys, values, cancellationToken).ConfigureAwait(false))
            {
                case Done:
                    return;
                case Stale:
                    throw new StaleFenceException(batch.Lease!.Resource, batch.Lease.Fence);
                default:
                    // Full: the producer waits rather than fill the memory. The API server keeps its events for an hour.
                    await room.WaitAsync(ring, options.Poll, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    public async Task<Checkpoint?> GetCheckpointAsync(string clusterId, string scope, CancellationToken cancellationToken)
    {
        var stored = await redis.AskAsync(database => database.HashGetAsync(RedisKeys.Checkpoints, RedisKeys.Field(clusterId, scope)), cancellationToken).ConfigureAwait(false);
        if (stored.IsNull)
        {
            return null;
        }

        // 2025-03-01T12:00:00.0000000+00:00 81237
        var parts = stored.ToString().Split(' ', 2);
        return new Checkpoint(clusterId, scope, parts[1], ParseTime(parts[0]));
    }

    public async Task<IReadOnlyList<StreamEntry>> ReadAsync(string topic, string group, string consumer, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        var appended = redis.Bell(RedisKeys.AppendedBell(topic));
        var started = time.GetTimestamp();
        while (true)
        {
            var ring = appended.Next;
            var entries = await InGroupAsync(
                topic, group, () => redis.AskAsync(database => database.StreamReadGroupAsync(RedisKeys.Stream(topic), group, consumer, ">", max), cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            if (entries.Length > 0)
            {
                return [.. entries.Select(entry => new StreamEntry(entry.Id.ToString(), (byte[])entry["payload"]!, 1))];
            }

            var left = wait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return [];
            }

            // The poll is for nothing but a ring lost with a connection.
            await appended.WaitAsync(ring, left < options.Poll ? left : options.Poll, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<StreamEntry>> ClaimAsync(string topic, string group, string consumer, TimeSpan minIdle, int max, CancellationToken cancellationToken)
    {
        List<StreamEntry> claimed = [];
        RedisValue cursor = "0-0";
        do
        {
            RedisValue[] values = [group, consumer, (long)minIdle.TotalMilliseconds, cursor, max - claimed.Count, (long)ConsumerAge.TotalMilliseconds];
            var page = (RedisResult[])(await InGroupAsync(
                topic, group, () => redis.RunAsync(RedisScripts.Claim, [RedisKeys.Stream(topic)], values, cancellationToken), cancellationToken).ConfigureAwait(false))!;
            cursor = (RedisValue)page[0];
            for (var i = 1; i < page.Length; i += 3)
            {
                claimed.Add(new StreamEntry((string)page[i]!, (byte[])page[i + 2]!, (int)page[i + 1]));
            }
        }
        while (cursor != "0-0" && claimed.Count < max);
        return claimed;
    }

    public async Task AcknowledgeAsync(string topic, string group, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count > 0)
        {
            await redis.RunAsync(
                RedisScripts.Acknowledge,
                [RedisKeys.Stream(topic)],
                [group, options.MaxPending, redis.Rings, RedisKeys.RoomBell(topic), .. ids.Select(id => (RedisValue)id)],
                cancellationToken).ConfigureAwait(false);
        }
    }

    public Task DeadLetterAsync(string topic, string group, StreamEntry entry, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        RedisValue[] values =
        [
            group,
            options.MaxPending,
            redis.Rings,
            RedisKeys.RoomBell(topic),
            entry.Id,
            topic,
            reason,
            Text(time.GetUtcNow()),
            entry.Payload,
            RedisKeys.Field(SignalPayload.ClusterOf(entry.Payload), Gates.Failed),
            options.DeadLettersKept,
        ];
        return redis.RunAsync(RedisScripts.DeadLetter, [RedisKeys.Stream(topic), RedisKeys.DeadLetters, RedisKeys.Gates], values, cancellationToken);
    }

    public async Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken)
    {
        var letters = await redis.AskAsync(database => database.StreamRangeAsync(RedisKeys.DeadLetters, count: max, messageOrder: Order.Descending), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. letters.Select(letter => new DeadLetter(
                letter.Id.ToString(), letter["topic"].ToString(), letter["group"].ToString(), letter["reason"].ToString(), ParseTime(letter["at"].ToString()), (byte[])letter["payload"]!)),
        ];
    }

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) =>
        redis.AskAsync(database => database.StreamLengthAsync(RedisKeys.DeadLetters), cancellationToken);

    public async Task<bool> ReplayDeadLetterAsync(string id, CancellationToken cancellationToken)
    {
        if (!StreamId.TryParse(id, out _))
        {
            return false;
        }

        // Where it goes stands in it; that it is still there is seen to by the script.
        var letters = await redis.AskAsync(database => database.StreamRangeAsync(RedisKeys.DeadLetters, id, id, 1), cancellationToken).ConfigureAwait(false);
        if (letters.Length == 0)
        {
            return false;
        }

        var topic = letters[0]["topic"].ToString();
        var replayed = await redis.RunAsync(
            RedisScripts.Replay, [RedisKeys.DeadLetters, RedisKeys.Stream(topic)], [id, redis.Rings, RedisKeys.AppendedBell(topic)], cancellationToken).ConfigureAwait(false);
        return (int)replayed == 1;
    }

    public async Task<long> CountPendingAsync(string topic, string group, CancellationToken cancellationToken) =>
        (long)await redis.RunAsync(RedisScripts.CountPending, [RedisKeys.Stream(topic)], [group], cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken)
    {
        var counts = await redis.AskAsync(database => database.HashGetAllAsync(RedisKeys.Gates), cancellationToken).ConfigureAwait(false);
        return
        [
            .. counts.Select(count => (Field: RedisKeys.ParseField(count.Name.ToString()), Count: (long)count.Value))
                .Select(count => new GateCount(count.Field.ClusterId, count.Field.Name, count.Count))
                .OrderBy(count => count.ClusterId, StringComparer.Ordinal).ThenBy(count => count.Gate, StringComparer.Ordinal),
        ];
    }

    private RedisValue[] AppendArguments(AppendBatch batch)
    {
        var gates = batch.Gates ?? [];
        var values = new List<RedisValue>(8 + (2 * gates.Count) + batch.Payloads.Count)
        {
            redis.Rings,
            RedisKeys.AppendedBell(batch.Topic),
            options.MaxPending,
            batch.Lease?.Holder ?? "",
            batch.Lease is { } lease ? RedisLeases.Fence(lease) : "",
            batch.Checkpoint is { } at ? RedisKeys.Field(at.ClusterId, at.Scope) : "",
            batch.Checkpoint is { } to ? $"{Text(to.At)} {to.ResourceVersion}" : "",
            gates.Count,
        };
        foreach (var gate in gates)
        {
            values.Add(RedisKeys.Field(gate.ClusterId, gate.Gate));
            values.Add(gate.Count);
        }

        foreach (var payload in batch.Payloads)
        {
            // A copy: an append that was given up on may still be written, when the caller's buffer holds something else.
            values.Add(payload.ToArray());
        }

        return [.. values];
    }

    /// <summary>Makes the group where there is none: the first time, and when Redis was emptied.</summary>
    private async Task<T> InGroupAsync<T>(string topic, string group, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RedisServerException none) when (none.Message.Contains("NOGROUP", StringComparison.Ordinal))
        {
            await redis.RunAsync(RedisScripts.CreateGroup, [RedisKeys.Stream(topic)], [group], cancellationToken).ConfigureAwait(false);
            return await ask().ConfigureAwait(false);
        }
    }

    private static string Text(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset ParseTime(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);
}
