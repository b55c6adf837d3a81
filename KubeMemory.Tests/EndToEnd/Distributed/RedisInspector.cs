using KubeMemory.Core.Streams;
using KubeMemory.Engines.Redis;
using StackExchange.Redis;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <summary>Looks into the Redis of a stack, and empties it.</summary>
internal sealed class RedisInspector : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _connection;

    private RedisInspector(ConnectionMultiplexer connection) => _connection = connection;

    private IDatabase Database => _connection.GetDatabase();

    public static async Task<RedisInspector> OpenAsync(DistributedStack stack) => new(await ConnectionMultiplexer.ConnectAsync(stack.Redis.ConnectionString + ",allowAdmin=true"));

    public Task EmptyAsync() => Database.ExecuteAsync("FLUSHALL");

    /// <summary>Of the cluster's lease; zero where there is none.</summary>
    public async Task<long> FenceAsync(string clusterId) => (long?)await Database.HashGetAsync(RedisKeys.Lease($"watch/{clusterId}"), "fence") ?? 0;

    public Task<long> LengthAsync(string topic) => Database.StreamLengthAsync(RedisKeys.Stream(topic));

    /// <summary>How many signals the API process has been given and has not acknowledged.</summary>
    public async Task<int> PendingAsync(ApiReplica api)
    {
        var consumers = await Database.StreamConsumerInfoAsync(RedisKeys.Stream(StreamTopics.Signals), "ingest");
        return consumers.FirstOrDefault(consumer => consumer.Name.EndsWith($"-{api.Process.Id}", StringComparison.Ordinal)).PendingMessageCount;
    }

    /// <summary>Waits until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await wanted())
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
