using System.Text.Json;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Redis;

/// <summary>One entry a connection, and it stays: where every watcher of a connection has ended, its last word and its time say so.</summary>
internal sealed class RedisWatchStatusBoard(RedisConnection redis) : IWatchStatusBoard
{
    public Task ReportAsync(WatchStatus status, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(status);
        var payload = JsonSerializer.SerializeToUtf8Bytes(status, ContractJson.Options);
        return redis.AskAsync(database => database.HashSetAsync(RedisKeys.WatchStatus, status.Connection, payload), cancellationToken);
    }

    public async Task<IReadOnlyList<WatchStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var payloads = await redis.AskAsync(database => database.HashValuesAsync(RedisKeys.WatchStatus), cancellationToken).ConfigureAwait(false);
        return
        [
            .. payloads.Select(payload => JsonSerializer.Deserialize<WatchStatus>(((ReadOnlyMemory<byte>)payload).Span, ContractJson.Options)!)
                .OrderBy(status => status.Connection, StringComparer.Ordinal),
        ];
    }
}
