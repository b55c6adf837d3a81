using System.Runtime.CompilerServices;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;
using StackExchange.Redis;

namespace KubeMemory.Engines.Redis;

/// <summary>
/// The newest changes in a bounded stream that every process reads. Readers that stand at the same place share what is fetched, so that many
/// of them cost Redis hardly more than one.
/// </summary>
internal sealed class RedisLiveFeed(RedisConnection redis, StreamOptions options) : ILiveFeed
{
    /// <summary>A reader that has been away for longer reads the state again.</summary>
    public const int Kept = 1000;

    private const int PageSize = 100;

    private readonly Wakeup _published = redis.Bell(RedisKeys.LiveBell);
    private readonly Lock _gate = new();
    private Fetched? _shared;

    public Task PublishAsync(LiveChange change, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(change, ContractJson.Options);
        return redis.RunAsync(RedisScripts.Publish, [RedisKeys.Live], [redis.Rings, RedisKeys.LiveBell, Kept, payload], cancellationToken);
    }

    public async Task<string> GetEndAsync(CancellationToken cancellationToken) =>
        (await FetchAsync(after: null, cancellationToken).ConfigureAwait(false)).Newest.ToString();

    public async IAsyncEnumerable<LiveEntry> ReadAsync(string? afterId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StreamId? after = StreamId.TryParse(afterId ?? await GetEndAsync(cancellationToken).ConfigureAwait(false), out var asked) ? asked : null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ring = _published.Next;
            var page = await ShareAsync(ring, after).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!page.Holds(after))
            {
                // Expired, of a feed that is no more, or so slow that the feed has moved on past it.
                after = page.Newest;
                yield return new LiveEntry(page.Newest.ToString(), new LiveChange(LiveChangeKinds.Reset, null));
                continue;
            }

            foreach (var entry in page.Entries)
            {
                after = StreamId.Parse(entry.Id);
                yield return entry;
            }

            if (page.Entries.Count < PageSize)
            {
                await WaitAsync(ring, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Until something is published. The poll, for a ring lost with a connection, is one for all who wait.</summary>
    private async Task WaitAsync(Task ring, CancellationToken cancellationToken)
    {
        await _published.WaitAsync(ring, options.Poll, cancellationToken).ConfigureAwait(false);
        if (ReferenceEquals(ring, _published.Next))
        {
            _published.Ring();
        }
    }

    /// <summary>What was fetched since the last ring holds until the next one: what is published after it rings.</summary>
    private Task<Page> ShareAsync(Task ring, StreamId? after)
    {
        lock (_gate)
        {
            if (_shared is not { } shared || !ReferenceEquals(shared.Ring, ring) || shared.After != after || shared.Page.IsFaulted)
            {
                _shared = shared = new Fetched(ring, after, FetchAsync(after, CancellationToken.None));
            }

            return shared.Page;
        }
    }

    private async Task<Page> FetchAsync(StreamId? after, CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await redis.RunAsync(RedisScripts.FeedPage, [RedisKeys.Live], [after?.ToString() ?? "", PageSize], cancellationToken).ConfigureAwait(false))!;
        var entries = new List<LiveEntry>((reply.Length - 2) / 2);
        for (var i = 2; i < reply.Length; i += 2)
        {
            entries.Add(new LiveEntry((string)reply[i]!, JsonSerializer.Deserialize<LiveChange>((byte[])reply[i + 1]!, ContractJson.Options)!));
        }

        return new Page(StreamId.Parse((string)reply[0]!), StreamId.Parse((string)reply[1]!), entries);
    }

    private sealed record Fetched(Task Ring, StreamId? After, Task<Page> Page);

    /// <param name="BeforeOldest">Who stands here has missed nothing yet.</param>
    private sealed record Page(StreamId Newest, StreamId BeforeOldest, List<LiveEntry> Entries)
    {
        /// <summary>Nothing between the id and the entries is missing.</summary>
        public bool Holds(StreamId? id) =>
            id is { } known && known.Life == Newest.Life && known.Number >= BeforeOldest.Number && known.Number <= Newest.Number;
    }
}
