using System.Text.Json;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Redis;

/// <summary>
/// One entry a connection and server. Where every watcher of a connection has ended, its last word and its time say so, for a day; then it is
/// forgotten, by whoever looks.
/// </summary>
internal sealed class RedisWatchStatusBoard(RedisConnection redis, TimeProvider time) : IWatchStatusBoard
{
    public Task ReportAsync(WatchStatus status, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(status);
        var payload = JsonSerializer.SerializeToUtf8Bytes(status, ContractJson.Options);
        return redis.RunAsync(RedisScripts.Report, [RedisKeys.WatchStatus], [status.Connection, status.Place(), payload], cancellationToken);
    }

    public async Task<IReadOnlyList<WatchStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = await redis.AskAsync(database => database.HashGetAllAsync(RedisKeys.WatchStatus), cancellationToken).ConfigureAwait(false);
        var told = entries.Select(entry => (Entry: entry, Status: JsonSerializer.Deserialize<WatchStatus>(((ReadOnlyMemory<byte>)entry.Value).Span, ContractJson.Options)!))
            .ToLookup(one => one.Status.IsForgotten(time.GetUtcNow()));
        foreach (var (entry, _) in told[true])
        {
            await redis.RunAsync(RedisScripts.Forget, [RedisKeys.WatchStatus], [entry.Name, entry.Value], cancellationToken).ConfigureAwait(false);
        }

        return [.. told[false].Select(one => one.Status).OrderBy(status => status.Place(), StringComparer.Ordinal)];
    }
}
